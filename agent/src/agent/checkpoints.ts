// The sandbox's files as they were before each prompt.
import { explain, isExpected } from '../errors.js';
import type { Keeper } from '../keeper/index.js';
import type { Session } from '../session/index.js';

/** Keeps the files as they are before a prompt; a failure is told, and does not stop the work. */
export async function keepCheckpoint(session: Session, keeper: Keeper, prompt: number): Promise<void> {
  const name = `c${session.facts.checkpointCount + 1}`;
  try {
    await keeper.checkpoint(name);
    session.record({ kind: 'checkpoint', prompt, name });
  } catch (error) {
    if (!isExpected(error)) throw error;
    session.record({ kind: 'checkpoint', prompt, name: null, reason: explain(error) });
  }
}
