// The changes of files, as commits, comparisons and merge requests hold them.
import * as z from 'zod';
import { clip, reveal } from '../../untrusted/index.js';
import { flag, text } from './fields.js';

/** A file's change: its kind in one word, its lines counted. */
export interface FileDiff {
  path: string;
  change: 'added' | 'deleted' | 'renamed' | 'modified';
  /** Of a renamed file. */
  old_path?: string | undefined;
  /** `100644 -> 100755` */
  mode?: string | undefined;
  additions: number;
  deletions: number;
  generated?: boolean | undefined;
  /** GitLab's own limits kept its diff back. */
  left_out_by_gitlab?: boolean | undefined;
  diff: string;
}

export const fileDiff = z
  .object({
    old_path: z.string(),
    new_path: z.string(),
    a_mode: text,
    b_mode: text,
    new_file: flag,
    renamed_file: flag,
    deleted_file: flag,
    generated_file: flag,
    collapsed: flag,
    too_large: flag,
    diff: text,
  })
  .transform((file): FileDiff => {
    const { old_path, new_path: path, generated_file, too_large, collapsed } = file;
    const diff = file.diff ?? '';
    return {
      path,
      change: changeOf(file),
      old_path: file.renamed_file ? old_path : undefined,
      mode: modeChange(file.a_mode, file.b_mode),
      ...linesOf(diff),
      generated: generated_file || undefined,
      left_out_by_gitlab: too_large || collapsed || undefined,
      diff,
    };
  });

type Flag = boolean | null | undefined;

function changeOf(file: { new_file?: Flag; deleted_file?: Flag; renamed_file?: Flag }): FileDiff['change'] {
  if (file.new_file) return 'added';
  if (file.deleted_file) return 'deleted';
  return file.renamed_file ? 'renamed' : 'modified';
}

/** A file that is new or gone has the mode 0 on one side. */
function modeChange(before: string | null | undefined, after: string | null | undefined): string | undefined {
  return Number(before) && Number(after) && before !== after ? `${before} -> ${after}` : undefined;
}

function linesOf(diff: string) {
  const hunks = diff.replace(/^--- .*\n\+\+\+ .*\n/, '');
  return { additions: hunks.match(/^\+/gm)?.length ?? 0, deletions: hunks.match(/^-/gm)?.length ?? 0 };
}

/** Characters of all diffs in one result. */
export const longestDiffs = 60_000;

export interface ShownDiffs {
  files: FileDiff[];
  text: string;
  /** How many diffs are missing for their length; a call for one file gets it. */
  leftOut: number;
}

/**
 * One text of all diffs. Where that would be too long, files that do not fit keep their line of description and lose
 * their diff, in `files` as well; a single file's diff is cut at its end instead.
 */
export function showDiffs(found: readonly FileDiff[]): ShownDiffs {
  let room = longestDiffs;
  const files: FileDiff[] = [];
  const texts: string[] = [];
  for (const file of found) {
    const fits = file.diff.length <= room;
    const diff = fits ? file.diff : found.length === 1 ? clip(file.diff, longestDiffs) : '';
    room -= diff.length;
    files.push({ ...file, diff });
    texts.push(`=== ${describeFile(file)}`, diff ? diff.replace(/\n$/, '') : missing(file));
  }
  const text = reveal(texts.filter(Boolean).join('\n'), { rendered: false });
  return { files, text, leftOut: files.filter(({ diff }, index) => diff === '' && found[index]?.diff).length };
}

/** `src/cart.ts (modified, +3 -1)` */
export function describeFile(file: FileDiff): string {
  const { path, old_path, change, mode, additions, deletions, generated, left_out_by_gitlab } = file;
  const from = old_path === undefined ? '' : ` from ${old_path}`;
  const lines = left_out_by_gitlab ? 'lines not counted' : `+${additions} -${deletions}`;
  const facts = [`${change}${from}`, mode && `mode ${mode}`, lines, generated && 'generated'];
  return `${path} (${facts.filter(Boolean).join(', ')})`;
}

function missing({ diff, left_out_by_gitlab }: FileDiff): string {
  if (diff) return `[diff of ${diff.length} characters left out]`;
  return left_out_by_gitlab ? '[GitLab leaves this diff out: it is too large]' : '';
}

/** Whether a file's change belongs to `path`: the file itself, under its old name too, or a folder that it is in. */
export function isAt(path: string, file: FileDiff): boolean {
  const folder = `${path.replace(/\/$/, '')}/`;
  return [file.path, file.old_path].some((one) => one === path || one?.startsWith(folder));
}
