// Where a comment on the diff of a merge request stands, in the terms that GitLab wants: the commits of the newest
// version, the file's names on both sides, and the line's numbers on both sides if the line is on both.
import * as z from 'zod';
import { ToolError } from '../../kit/index.js';
import type { Params } from '../client/endpoint.js';
import type { Call } from '../toolkit/call.js';
import { type FileDiff, fileDiff } from '../toolkit/diffs.js';
import type { Located } from '../toolkit/places.js';
import { type Line, lineNumbers } from './line-numbers.js';

const diffs = 'GET /projects/:id/merge_requests/:merge_request_iid/diffs';
const versions = 'GET /projects/:id/merge_requests/:merge_request_iid/versions';
export const positionEndpoints = [diffs, versions] as const;

type Reader = Call<(typeof positionEndpoints)[number]>;

/** Input that says where: no line is the file as a whole. */
export const whereInput = {
  line: z.int().min(1).optional(),
  old_line: z.int().min(1).optional(),
};

export interface Where {
  path: string;
  line?: number | undefined;
  old_line?: number | undefined;
}

/** Throws ToolError `bad-arguments`, `no-diff`, `not-changed` or `no-such-line`. */
export async function positionOf(call: Reader, { place, iid }: Located, { path, line, old_line }: Where) {
  if (line !== undefined && old_line !== undefined) {
    throw new ToolError(
      'bad-arguments',
      'line counts in the new file, old_line in the old one: one is enough.',
      'Give old_line for a removed line only, else line.',
    );
  }
  const params = { id: place, merge_request_iid: iid };
  const { items } = await call.list(versions, { params, limit: 1 }, version);
  const [newest] = items;
  if (!newest) throw new ToolError('no-diff', `!${iid} has no diff yet.`, 'Try again in a moment, or use create_note.');
  const file = await changedFile(call, params, path);
  const wanted: Line | undefined =
    line !== undefined ? { side: 'new', line } : old_line !== undefined ? { side: 'old', line: old_line } : undefined;
  return {
    position_type: wanted ? 'text' : 'file',
    base_sha: newest.base_commit_sha,
    start_sha: newest.start_commit_sha,
    head_sha: newest.head_commit_sha,
    old_path: file.old_path ?? file.path,
    new_path: file.path,
    ...(wanted && numbersIn(file, wanted)),
  };
}

const version = z.object({
  base_commit_sha: z.string(),
  start_commit_sha: z.string(),
  head_commit_sha: z.string(),
});

async function changedFile(call: Reader, params: Params<typeof diffs>, path: string): Promise<FileDiff> {
  let cursor: string | undefined;
  do {
    const page = await call.list(diffs, { params, cursor, limit: 100 }, fileDiff);
    const found = page.items.find((file) => file.path === path || file.old_path === path);
    if (found) return found;
    cursor = page.next_cursor;
  } while (cursor !== undefined);
  throw new ToolError(
    'not-changed',
    'The merge request does not change that file.',
    'See which files it changes with list_merge_request_diffs, or comment with create_note.',
  );
}

function numbersIn(file: FileDiff, wanted: Line): { old_line?: number; new_line?: number } {
  if (file.left_out_by_gitlab) {
    throw new ToolError(
      'no-diff',
      'GitLab keeps back the diff of that file for its size, so lines in it cannot be placed.',
      'Leave out the line to comment on the file.',
    );
  }
  const numbers = lineNumbers(file, wanted);
  if (numbers) return numbers;
  throw new ToolError(
    'no-such-line',
    `The file has no line ${wanted.line} on the ${wanted.side} side.`,
    'See its lines with list_merge_request_diffs and paths; old_line is for removed lines.',
  );
}
