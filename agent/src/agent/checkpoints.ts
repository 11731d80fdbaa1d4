// The sandbox's files as they were before each prompt.
import { explain, isExpected } from '../errors.js';
import type { Keeper } from '../keeper/index.js';
import { effective, type Session } from '../session/index.js';

/** Keeps the files as they are; a failure is told, and does not stop the work. */
export async function keepCheckpoint(session: Session, keeper: Keeper, prompt: number): Promise<void> {
  const name = `c${session.events().filter(({ kind }) => kind === 'checkpoint').length + 1}`;
  try {
    await keeper.checkpoint(name);
    session.record({ kind: 'checkpoint', prompt, name });
  } catch (error) {
    if (!isExpected(error)) throw error;
    session.record({ kind: 'checkpoint', prompt, name: null, reason: explain(error) });
  }
}

/** The files before a prompt; null where they could not be kept. */
export function checkpointBefore(session: Session, prompt: number): string | null {
  const kept = effective(session.events()).findLast((event) => event.kind === 'checkpoint' && event.prompt === prompt);
  return kept?.kind === 'checkpoint' ? kept.name : null;
}
