// A new session, from its first words.
import { stateHome } from '../home.js';
import type { Beginning } from './agent-client.js';
import type { AgentProcess } from './agent-process.js';
import { exitCode } from './command.js';
import { type Face, openFace } from './face.js';
import type { Choices } from './options.js';
import { withAgent, work } from './work.js';

export interface Task extends Pick<Beginning, 'workspace' | 'model' | 'image'> {
  /** Undefined: the person at the terminal says it. */
  text: string | undefined;
  choices: Choices;
}

/** Resolves to the exit code. */
export function begin(process: AgentProcess, { text, choices, ...place }: Task): Promise<number> {
  const face = openFace(choices);
  return withAgent(face, process, async (client, signal) => {
    const words = text ?? (await firstWords(face, signal));
    if (words === undefined) return exitCode.done;
    const { mode, limits } = choices;
    const session = await client.begin({ ...place, mode, limits });
    return work({ client, session, first: { text: words }, face, choices, home: stateHome(), signal });
  });
}

async function firstWords({ console, view }: Face, signal: AbortSignal): Promise<string | undefined> {
  view.note('Say what to do. Escape stops a step, Ctrl-C stops and ends, Ctrl-D ends.');
  for (;;) {
    const line = await console?.listen(signal);
    if (line === undefined) return undefined;
    if (line.trim() === '') continue;
    view.said(line);
    return line;
  }
}
