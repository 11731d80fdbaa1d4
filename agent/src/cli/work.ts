// A session as the command line lives through it: turns, review, the last words, and the exit code.
import { writeFile } from 'node:fs/promises';
import { AgentError } from '../errors.js';
import { runSummary } from '../render/index.js';
import { effective, readSession } from '../session/index.js';
import { AgentClient } from './agent-client.js';
import type { AgentProcess } from './agent-process.js';
import { exitCode, printJson } from './command.js';
import { Dialogue, type Ending, type Said } from './dialogue.js';
import type { Face } from './face.js';
import { interruptible } from './interrupt.js';
import type { Choices } from './options.js';
import { Reviewer } from './review.js';

export interface Work {
  client: AgentClient;
  session: string;
  first: Said;
  face: Face;
  choices: Choices;
  home: string;
  signal: AbortSignal;
}

/** Puts `face` before an agent, and ends both afterwards. `signal` is aborted when the user wants out. */
export async function withAgent(
  face: Face,
  process: AgentProcess,
  use: (client: AgentClient, signal: AbortSignal) => Promise<number>,
): Promise<number> {
  try {
    return await interruptible(async (signal) => {
      const client = await AgentClient.start(face, process);
      try {
        return await use(client, signal);
      } finally {
        await client.end();
      }
    });
  } finally {
    face.close();
  }
}

/** Resolves to the exit code. The sandbox goes once all its changes are in the workspace, and stays otherwise. */
export async function work(task: Work): Promise<number> {
  const { client, session, first, face, choices, signal } = task;
  if (!face.console && !choices.answerAll) {
    face.view.line('Nobody can be asked here, so what needs approval is denied (--approve all asks nothing).');
  }
  const status = () => client.request('status', { sessionId: session });
  const start = performance.now();
  const apply = choices.apply ?? (face.console ? 'ask' : 'none');
  const counting = choices.summary !== undefined;
  const reviewer = new Reviewer({ client, session, apply, face, counting, signal });
  let ending: Ending | undefined;
  let finished = false;
  let sandbox: string | null = null;
  try {
    face.view.window = (await status()).context.size;
    ending = await new Dialogue({ ...task, reviewer, once: choices.once }).hold(first);
    const last = await status();
    sandbox = last.sandbox;
    if (ending.review?.complete) {
      await client.request('close', { sessionId: session, removeSandbox: true });
      finished = true;
    }
    if (face.json) {
      const { usage, turns, hitRate, cost, context } = last;
      const totals = { turns, ...usage, hitRate, cost, context: context.used };
      printJson({
        kind: 'result',
        session,
        sandbox: finished ? null : sandbox,
        ...ending.outcome,
        ...ending.review,
        totals,
      });
    }
    return codeOf(ending, signal);
  } finally {
    if (choices.summary !== undefined) {
      const seconds = (performance.now() - start) / 1000;
      await writeSummary(task, choices.summary, { files: ending?.review && reviewer.files, seconds });
    }
    if (!finished) tellHowToGoOn(task, ending, sandbox);
  }
}

function codeOf({ outcome, review }: Ending, signal: AbortSignal): number {
  if (outcome.reason === 'interrupted') return exitCode.interrupted;
  if (outcome.reason !== 'done' || review?.failed) return exitCode.failed;
  return review === undefined && signal.aborted ? exitCode.interrupted : exitCode.done;
}

type Rest = Omit<Parameters<typeof runSummary>[0], 'events'>;

/** Throws AgentError `agent-failed`. */
async function writeSummary({ home, session }: Work, file: string, rest: Rest): Promise<void> {
  const events = effective(readSession(home, session));
  try {
    await writeFile(file, runSummary({ events, ...rest }));
  } catch (cause) {
    const { message } = cause as Error;
    throw new AgentError('agent-failed', `The summary cannot be written: ${message}.`, 'Name another file.', { cause });
  }
}

function tellHowToGoOn({ face, session }: Work, ending: Ending | undefined, sandbox: string | null): void {
  const { view } = face;
  view.line('');
  if (ending?.outcome.reason !== 'done' || sandbox === null) {
    view.line(`To go on: cofferdam sessions resume ${session}`);
    return;
  }
  view.line('What is not applied stays in the sandbox:');
  for (const verb of ['changes --patch', 'apply', 'close']) view.line(`  cofferdam sandbox ${verb} ${sandbox}`);
}
