import { attachSandbox } from '@cofferdam/sandbox';
import { AgentError, explain } from '../errors.js';
import { stateHome } from '../home.js';
import { printable, TerminalView } from '../render/index.js';
import { deleteSession, listSessions, readSession, resumeLog, Session, summarise } from '../session/index.js';
import { type Command, dispatch, exitCode, parse, printJson, usage } from './command.js';
import { openFace } from './face.js';
import { interruptible } from './interrupt.js';
import { apiKey, readChoices, work, workOptions } from './work.js';

export const command: Command = {
  help: `Usage: cofferdam sessions SUBCOMMAND

  list [--json]
  show ID [--json]                what happened, from the beginning
  resume ID ["MESSAGE"] [--model NAME] [--approve ask|plan|all] [--apply ask|all|none] [--json]
                                  goes on where the session stopped
  delete ID                       removes the log; the sandbox stays (cofferdam sandbox close)`,

  run: (argv) => dispatch(argv, { list, show, resume, delete: remove }),
};

async function list(argv: string[]): Promise<number> {
  const { values } = parse(argv, { json: { type: 'boolean' } });
  const sessions = listSessions(stateHome(), (error) => process.stderr.write(`${explain(error)}\n`));
  for (const session of sessions) {
    if (values.json) printJson(session);
    else {
      const task = printable(session.task).replace(/\s+/g, ' ').slice(0, 80);
      process.stdout.write(`${session.id}  ${(session.stopped ?? 'open').padEnd(11)}  ${task}\n`);
    }
  }
  return exitCode.done;
}

async function show(argv: string[]): Promise<number> {
  const { values, positionals } = parse(argv, { json: { type: 'boolean' } });
  const events = readSession(stateHome(), named(positionals));
  const view = new TerminalView(process.stdout);
  for (const event of events) {
    if (values.json) printJson(event);
    else view.event(event);
  }
  return exitCode.done;
}

async function resume(argv: string[]): Promise<number> {
  const { values, positionals } = parse(argv, { model: { type: 'string' }, ...workOptions });
  const [id, message, ...more] = positionals;
  if (id === undefined || more.length > 0) throw usage('Name the session, and at most one message in quotes.');
  const face = openFace(values.json);
  const choices = readChoices(values, face);
  apiKey();
  const home = stateHome();
  const [summary] = summarise(readSession(home, id));
  if (!summary?.sandbox) throw new AgentError('session-damaged', 'The session never began.', 'Start a new one.');
  const { sandbox: sandboxId, model } = summary;

  return interruptible(async (signal) => {
    const sandbox = await attachSandbox(sandboxId, { home });
    try {
      const session = new Session(resumeLog(home, id), face.event);
      try {
        const { messages, openCalls } = session.conversation;
        const ended = messages.at(-1)?.role === 'assistant' && openCalls.length === 0;
        const text = message ?? (ended ? 'Go on.' : undefined);
        if (text !== undefined) session.record({ kind: 'message', from: 'user', text });
        const task = { ...choices, session, sessionId: id, sandbox, model: values.model ?? model, home, face, signal };
        return await work(task);
      } finally {
        session.close();
      }
    } finally {
      await sandbox.detach();
    }
  });
}

async function remove(argv: string[]): Promise<number> {
  const { positionals } = parse(argv, {});
  deleteSession(stateHome(), named(positionals));
  return exitCode.done;
}

function named(positionals: readonly string[]): string {
  const [id, ...more] = positionals;
  if (id === undefined || more.length > 0) throw usage('Name one session.');
  return id;
}
