// Settles the runs that were cut short by a crash.
import { remember } from './applied.js';
import { claimWorkspace, deadJournals } from './claim.js';
import { commit } from './commit.js';
import { Host } from './host.js';
import { type Journal, removeJournal, removeUnborn } from './journal.js';
import type { ApplyReport } from './report.js';
import { discard } from './stage.js';

interface Recovery extends ApplyReport {
  workspaceRoot: string;
  /** A run that had not yet staged everything is undone, any other is carried to its end. */
  outcome: 'rolled-back' | 'finished';
}

/** Settles every run in `journalDir` whose process is gone. To be called before the first apply. */
export async function recoverApplies(journalDir: string): Promise<Recovery[]> {
  await removeUnborn(journalDir);
  const recoveries: Recovery[] = [];
  const roots = new Set((await deadJournals(journalDir)).map(({ workspaceRoot }) => workspaceRoot));
  for (const root of roots) {
    const claim = await claimWorkspace(journalDir, root);
    try {
      for (const journal of await deadJournals(journalDir, root)) {
        recoveries.push(await settle(journal));
        await removeJournal(journalDir, journal);
      }
    } finally {
      await removeJournal(journalDir, claim);
    }
  }
  return recoveries;
}

async function settle(journal: Journal): Promise<Recovery> {
  const { workspaceRoot, state, units } = journal;
  const host = new Host(workspaceRoot);
  const report: ApplyReport = { applied: [], conflicts: [], refused: [] };
  if (state === 'committed') {
    await commit(host, units, report);
    await remember(journal, report);
  } else for (const unit of units) await discard(host, unit);
  return { workspaceRoot, outcome: state === 'committed' ? 'finished' : 'rolled-back', ...report };
}
