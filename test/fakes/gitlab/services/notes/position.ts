// Where in a diff a comment is.
import * as z from 'zod';
import { readDiff } from '../../git/diff.js';
import { p } from '../../http/params.js';
import type { DiffPosition, MergeRequest } from '../../world/types.js';
import { lineCode } from './diff-lines.js';

const end = z
  .object({
    line_code: p.string().nullish(),
    type: p.string().nullish(),
    old_line: p.integer().nullish(),
    new_line: p.integer().nullish(),
  })
  .optional();

export const positionParams = z.object({
  base_sha: p.string(),
  start_sha: p.string(),
  head_sha: p.string(),
  position_type: p.oneOf('text', 'image', 'file'),
  new_path: p.string().nullish(),
  new_line: p.integer().nullish(),
  old_path: p.string().nullish(),
  old_line: p.integer().nullish(),
  width: p.integer().nullish(),
  height: p.integer().nullish(),
  x: p.number().nullish(),
  y: p.number().nullish(),
  line_range: z.object({ start: end, end }).nullish(),
});

export type PositionParams = z.output<typeof positionParams>;

export function toPosition(given: PositionParams): DiffPosition {
  return {
    baseSha: given.base_sha,
    startSha: given.start_sha,
    headSha: given.head_sha,
    positionType: given.position_type,
    oldPath: given.old_path ?? given.new_path ?? '',
    newPath: given.new_path ?? given.old_path ?? '',
    oldLine: given.old_line ?? null,
    newLine: given.new_line ?? null,
    lineRange: given.line_range ?? null,
  };
}

/** What a note's validation finds wrong with a position; empty for a line that the diff has. */
export function positionErrors(one: MergeRequest, position: DiffPosition): Record<string, string[]> {
  const { newPath, oldLine, newLine, positionType } = position;
  const complete = newPath !== '' && (positionType !== 'text' || oldLine !== null || newLine !== null);
  if (!complete) return { position: ['is incomplete'], ...NO_LINE };
  if (positionType !== 'text') return fileOf(one, position) ? {} : NO_LINE;
  return codeOf(one, position) ? {} : NO_LINE;
}

const NO_LINE = { line_code: ["can't be blank", 'must be a valid line code'] };

/** The line's code; undefined where there is no such line. */
export function codeOf(one: MergeRequest, position: DiffPosition): string | undefined {
  const file = position.positionType === 'text' ? fileOf(one, position) : undefined;
  return file && lineCode(file, { old: position.oldLine, new: position.newLine });
}

function fileOf({ project }: MergeRequest, { baseSha, headSha, oldPath, newPath }: DiffPosition) {
  const { repository } = project;
  const [base, head] = [repository?.resolve(baseSha), repository?.resolve(headSha)];
  if (!repository || !base || !head) return undefined;
  return readDiff(repository, base, head).find((file) => file.newPath === newPath && file.oldPath === oldPath);
}
