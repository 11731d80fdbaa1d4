// The end of a task: the diff is shown, and what is accepted goes to the workspace.
import type { Change, Sandbox } from '@cofferdam/sandbox';
import { askLine, describeChange, printable, showPatch, type TerminalView } from '../render/index.js';
import type { Session } from '../session/index.js';
import type { Face } from './face.js';

export const applyModes = ['ask', 'all', 'none'] as const;
export type ApplyMode = (typeof applyModes)[number];

interface ReviewOptions {
  session: Session;
  sandbox: Sandbox;
  apply: ApplyMode;
  face: Face;
  signal: AbortSignal;
}

interface Review {
  changes: Change[];
  applied: string[];
  /** Nothing is left in the sandbox that the workspace has not. */
  complete: boolean;
  /** Something that was accepted could not be applied. */
  failed: boolean;
}

export async function review({ session, sandbox, apply, face, signal }: ReviewOptions): Promise<Review> {
  const { view } = face;
  const { changes, ignored, skipped } = await sandbox.changes();
  for (const { path, reason } of skipped) view.line(`Left out: ${printable(path)}: ${printable(reason)}`);
  if (changes.length === 0) {
    view.line('No files were changed.');
    return { changes, applied: [], complete: skipped.length === 0, failed: false };
  }
  if (!face.json) await showDiff(sandbox, view);
  for (const change of changes) view.line(`  ${describeChange(change)}`);
  if (ignored > 0) view.line(`  and ${ignored} that Git ignores, which are not applied`);

  const paths = await choose(changes, apply, face, signal);
  if (paths.length === 0) return { changes, applied: [], complete: false, failed: false };
  const report = await sandbox.apply(paths);
  session.record({ kind: 'applied', ...report });
  view.line(`Applied ${count(report.applied.length)} to the workspace.`);
  const failures = [...report.conflicts, ...report.refused];
  for (const { path, reason } of failures)
    view.line(view.paint('red', `Not applied: ${printable(path)}: ${printable(reason)}`));
  const complete = failures.length === 0 && skipped.length === 0 && paths.length === changes.length;
  return { changes, applied: report.applied, complete, failed: failures.length > 0 };
}

async function showDiff(sandbox: Sandbox, view: TerminalView): Promise<void> {
  view.line('');
  const whole = await showPatch(await sandbox.patch(), view);
  if (!whole) view.line(`… the rest: cofferdam sandbox changes ${sandbox.id} --patch`);
  view.line('');
}

async function choose(
  changes: readonly Change[],
  apply: ApplyMode,
  face: Face,
  signal: AbortSignal,
): Promise<string[]> {
  const all = changes.map(({ path }) => path);
  if (apply === 'all') return all;
  if (apply === 'none' || !face.interactive) return [];
  const answer = (await askLine(`Apply ${count(all.length)}? [a]ll, [n]one, [c]hoose: `, signal))?.trim().toLowerCase();
  if (answer === 'a' || answer === 'all') return all;
  if (answer !== 'c' && answer !== 'choose') return [];
  const chosen: string[] = [];
  for (const change of changes) {
    if (/^y(es)?$/i.test((await askLine(`  ${describeChange(change)} [y/n]: `, signal)) ?? ''))
      chosen.push(change.path);
  }
  return chosen;
}

const count = (files: number): string => `${files} ${files === 1 ? 'file' : 'files'}`;
