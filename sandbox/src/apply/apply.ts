// Writes accepted changes to the user's workspace: check, stage, commit. Until the journal says `committed` nothing but
// temporary files was written; from then on the run is finished, now or at the next start.
import { realpath } from 'node:fs/promises';
import type { Change } from '../changes/types.js';
import { SandboxError } from '../errors.js';
import { type Applied, remember } from './applied.js';
import { check } from './check.js';
import { claimWorkspace, deadJournals } from './claim.js';
import { commit } from './commit.js';
import { Host } from './host.js';
import { type Journal, removeJournal, saveJournal } from './journal.js';
import { type ApplyReport, failure } from './report.js';
import { discard, type ReadNew, stage } from './stage.js';

export interface ApplyOptions {
  workspaceRoot: string;
  changes: readonly Change[];
  /** The new content of a changed file; of a link, its target. */
  read: ReadNew;
  /** Where runs keep their journals; the same for all that write to the workspace, and outside of it. */
  journalDir: string;
  /** Where what is applied is remembered. */
  applied?: Applied;
}

/**
 * A change whose file is not as the session started from is left out and reported; the others are applied. Throws
 * `apply-failed` or `disk-full` when the workspace cannot be written to, and says whether something was applied.
 */
export async function applyChanges(options: ApplyOptions): Promise<ApplyReport> {
  const { changes, journalDir } = options;
  const root = await realpath(options.workspaceRoot);
  const journal = await claimWorkspace(journalDir, root);
  const report: ApplyReport = { applied: [], conflicts: [], refused: [] };
  const host = new Host(root);
  try {
    await refuseUnfinished(journalDir, root);
    journal.units = await check(host, changes, journal.run, report);
    await prepare(host, journal, options, report);
  } catch (error) {
    await removeJournal(journalDir, journal);
    throw error;
  }
  await commit(host, journal.units, report);
  try {
    await remember(journal, report);
  } finally {
    await removeJournal(journalDir, journal);
  }
  return sorted(report);
}

/** Stages everything and makes the journal say so; whatever fails on the way, the temporary files go again. */
async function prepare(
  host: Host,
  journal: Journal,
  { read, journalDir, applied }: ApplyOptions,
  report: ApplyReport,
): Promise<void> {
  const { units } = journal;
  try {
    await applied?.prepare();
    journal.applied = applied?.folder ?? null;
    await saveJournal(journalDir, journal);
    journal.units = await stage(host, units, { read, applied }, report);
    journal.state = 'committed';
    await saveJournal(journalDir, journal);
  } catch (error) {
    for (const unit of units) await discard(host, unit);
    throw failure(journalDir, error);
  }
}

async function refuseUnfinished(journalDir: string, root: string): Promise<void> {
  const [unfinished] = await deadJournals(journalDir, root);
  if (!unfinished) return;
  throw new SandboxError(
    'apply-failed',
    `An earlier apply to ${root} was cut short and is not finished.`,
    'Open the workspace again: that finishes or undoes it.',
  );
}

function sorted({ applied, conflicts, refused }: ApplyReport): ApplyReport {
  const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1);
  return { applied: applied.sort(), conflicts: conflicts.sort(byPath), refused: refused.sort(byPath) };
}
