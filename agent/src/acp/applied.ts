// What became of changes that were to be applied, for people.
import type { Result } from './extension.js';
import { oneLine } from './text.js';

/** Several lines. */
export function tellApplied({ applied, conflicts, refused }: Result<'apply'>): string {
  const failed = [
    ...conflicts.map(({ path, reason }) => `- ${oneLine(path, 300)}: ${oneLine(reason, 300)}`),
    ...refused.map(({ path, reason }) => `- ${oneLine(path, 300)}: never applied: ${oneLine(reason, 300)}`),
  ];
  const done = applied.length > 0 || failed.length === 0 ? [`Applied ${files(applied.length)}.`] : [];
  if (failed.length === 0) return done.join('\n');
  return [
    ...done,
    `Not applied, and left as ${failed.length === 1 ? 'it is' : 'they are'}:`,
    ...failed.slice(0, 100),
  ].join('\n');
}

export function files(count: number): string {
  return `${count} ${count === 1 ? 'file' : 'files'}`;
}
