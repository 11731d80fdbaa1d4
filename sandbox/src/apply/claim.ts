// One run at a time in a workspace. A run's journal is its claim: it is written first, then the others are looked at, and
// whoever sees a living rival withdraws and tries again. Two runs may both withdraw, but never both go on.
import { setTimeout } from 'node:timers/promises';
import { SandboxError } from '../errors.js';
import { type Journal, newJournal, readJournals, removeJournal, saveJournal } from './journal.js';
import { isAlive } from './owner.js';

const patienceMs = 30_000;

/** The new run's journal, once no other process writes to the workspace. Throws `apply-failed` after 30 seconds. */
export async function claimWorkspace(folder: string, workspaceRoot: string): Promise<Journal> {
  const journal = await newJournal(workspaceRoot);
  const deadline = performance.now() + patienceMs;
  for (;;) {
    await saveJournal(folder, journal);
    const rival = await findRival(folder, journal).catch(async (error: unknown) => {
      await removeJournal(folder, journal);
      throw error;
    });
    if (!rival) return journal;
    await removeJournal(folder, journal);
    if (performance.now() > deadline) {
      throw new SandboxError(
        'apply-failed',
        `Process ${rival.owner.pid} has been writing to ${workspaceRoot} for ${patienceMs / 1000} seconds.`,
        'Wait until it is done, or end it, and apply again.',
      );
    }
    await setTimeout(20 + Math.random() * 80);
  }
}

/** The journals whose process died, of all workspaces or of one. */
export async function deadJournals(folder: string, workspaceRoot?: string): Promise<Journal[]> {
  const dead: Journal[] = [];
  for (const journal of await readJournals(folder)) {
    if (workspaceRoot !== undefined && journal.workspaceRoot !== workspaceRoot) continue;
    if (!(await isAlive(journal.owner))) dead.push(journal);
  }
  return dead;
}

async function findRival(folder: string, mine: Journal): Promise<Journal | undefined> {
  for (const journal of await readJournals(folder)) {
    const concerns = journal.workspaceRoot === mine.workspaceRoot && journal.run !== mine.run;
    if (concerns && (await isAlive(journal.owner))) return journal;
  }
  return undefined;
}
