import { attachSandbox } from '@cofferdam/sandbox';
import { AgentError, explain } from '../errors.js';
import { stateHome } from '../home.js';
import {
  deleteSession,
  findSession,
  listSessions,
  readSession,
  type SessionSummary,
  summarise,
} from '../session/index.js';
import type { AgentClient } from './agent-client.js';
import { startAgent } from './agent-process.js';
import { type Command, checkWritable, dispatch, exitCode, parse, print, say, usage } from './command.js';
import { openFace } from './face.js';
import { readChoices, workHelp, workOptions } from './options.js';
import { exportSession, list, named, show } from './sessions-read.js';
import { withAgent, work } from './work.js';

export const command: Command = {
  help: `Usage: cofferdam sessions SUBCOMMAND

  list [--workspace DIR] [--search TEXT] [--json]
  show ID [--json]                what happened, from the beginning, with the number of each prompt
  resume ID ["MESSAGE"] [options] goes on where the session stopped; --last instead of ID takes the latest
  rewind ID PROMPT                conversation and files as they were before that prompt
  fork ID [PROMPT]                another session that goes on from there, or from the end; prints its id
  export ID [--format markdown|json] [--output FILE]
  delete ID                       removes the session with all that it kept, its sandbox included

An ID may be cut short as long as it fits one session only. Options of resume:

  --model NAME             another model from here on
${workHelp}`,

  run: (argv) => dispatch(argv, { list, show, resume, rewind, fork, export: exportSession, delete: remove }),
};

async function resume(argv: string[]): Promise<number> {
  const { values, positionals } = parse(argv, {
    model: { type: 'string' },
    last: { type: 'boolean', default: false },
    ...workOptions,
  });
  const home = stateHome();
  const [id, message, ...more] = values.last ? [latest(home), ...positionals] : positionals;
  if (id === undefined || more.length > 0) throw usage('Name the session, and at most one message in quotes.');
  const choices = readChoices(values);
  const session = summaryOf(home, id);
  if (choices.summary !== undefined) await checkWritable(choices.summary);
  const face = openFace(choices);
  for (const event of readSession(home, session.id)) face.view.follow(event);
  const { mode, limits } = choices;
  const first = message === undefined ? ('go on' as const) : { text: message };
  return withAgent(face, startAgent(), async (client, signal) => {
    await client.takeUp(session.id, { workspace: session.workspace, mode, model: values.model, limits });
    return work({ client, session: session.id, first, face, choices, home, signal });
  });
}

async function rewind(argv: string[]): Promise<number> {
  const { positionals } = parse(argv, {});
  const [id, number, ...more] = positionals;
  if (id === undefined || number === undefined || more.length > 0) {
    throw usage('Name the session, and the number of the prompt to go back to ("sessions show" tells it).');
  }
  return inSession(id, async (client, sessionId) => {
    await client.request('rewind', { sessionId, prompt: promptNumber(number) });
  });
}

async function fork(argv: string[]): Promise<number> {
  const { positionals } = parse(argv, {});
  const [id, number, ...more] = positionals;
  if (id === undefined || more.length > 0) throw usage('Name the session, and the number of a prompt if you like.');
  return inSession(id, async (client, sessionId) => {
    const prompt = number === undefined ? {} : { prompt: promptNumber(number) };
    const { sessionId: made } = await client.request('fork', { sessionId, ...prompt });
    await print(made);
  });
}

/** The log first: it says whether somebody works on it. A sandbox that is left over is found by "sandbox list". */
async function remove(argv: string[]): Promise<number> {
  const { positionals } = parse(argv, {});
  const home = stateHome();
  const id = findSession(home, named(positionals));
  const sandbox = summarise(readSession(home, id))?.sandbox ?? null;
  deleteSession(home, id);
  if (sandbox === null) return exitCode.done;
  try {
    await (await attachSandbox(sandbox, { home })).close();
  } catch (error) {
    if ((error as { code?: string }).code === 'sandbox-not-found') return exitCode.done;
    say(`The session is deleted, its sandbox ${sandbox} is not: ${explain(error)}`);
    return exitCode.failed;
  }
  return exitCode.done;
}

async function inSession(id: string, use: (client: AgentClient, id: string) => Promise<void>): Promise<number> {
  const session = summaryOf(stateHome(), id);
  const face = openFace({ json: false, answerAll: false, watched: false });
  return withAgent(face, startAgent(), async (client) => {
    await client.takeUp(session.id, { workspace: session.workspace });
    await use(client, session.id);
    return exitCode.done;
  });
}

/** Throws `session-not-found`, `session-damaged`. */
function summaryOf(home: string, prefix: string): SessionSummary {
  const summary = summarise(readSession(home, findSession(home, prefix)));
  if (summary) return summary;
  throw new AgentError('session-damaged', 'The session never began.', 'Start a new one.');
}

function latest(home: string): string {
  const last = listSessions(home, { onDamaged: () => {} }).at(-1);
  if (last) return last.id;
  throw new AgentError('session-not-found', 'There is no session yet.', 'Begin one with "cofferdam run".');
}

function promptNumber(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw usage(`${JSON.stringify(text)} is no number of a prompt.`);
  return Number(text);
}
