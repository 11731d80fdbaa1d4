// Which files a merge request changes: as a whole, or since a version that somebody saw.
import * as z from 'zod';
import { ToolError } from '../../kit/index.js';
import type { Place } from '../client/endpoint.js';
import type { Call } from '../toolkit/call.js';
import { type FileDiff, fileDiff, isAt } from '../toolkit/diffs.js';
import { type Page, pageWithin } from '../toolkit/paging.js';
import type { Located } from '../toolkit/places.js';

const diffs = 'GET /projects/:id/merge_requests/:merge_request_iid/diffs';
const versions = 'GET /projects/:id/merge_requests/:merge_request_iid/versions';
export const compare = 'GET /projects/:id/repository/compare';
export const changedFilesEndpoints = [diffs, versions, compare] as const;

type Reader = Call<(typeof changedFilesEndpoints)[number]>;

/** Hands out the changed files a page at a time; cursors are those of `Call.list`. */
export interface ChangedFiles {
  /** What the reader should know about where they come from. */
  note?: string;
  page(cursor: string | undefined, limit: number): Promise<Page<FileDiff>>;
}

export function allChanges(call: Reader, { place, iid }: Located): ChangedFiles {
  const params = { id: place, merge_request_iid: iid };
  return { page: (cursor, limit) => call.list(diffs, { params, cursor, limit }, fileDiff) };
}

/**
 * What differs between the version `since` and the newest one. `since` is a version's number or the head commit a
 * reviewer saw. Throws ToolError `no-such-version`.
 */
export async function changesSince(call: Reader, { place, iid }: Located, since: string): Promise<ChangedFiles> {
  const params = { id: place, merge_request_iid: iid };
  const { items } = await call.list(versions, { params, limit: 100 }, version);
  const newest = items[0];
  const seen = items.find(({ id, head_commit_sha: head }) => String(id) === since || isPrefix(since, head));
  const from = seen?.head_commit_sha ?? (/^[0-9a-f]{7,64}$/.test(since) ? since : undefined);
  if (newest === undefined || from === undefined) throw noSuchVersion(iid);
  const files = await compared(call, place, { from, to: newest.head_commit_sha, straight: true });
  const moved = seen !== undefined && seen.base_commit_sha !== newest.base_commit_sha;
  const note = 'It was rebased or took in its target meanwhile: changes of the target branch are among these.';
  return { page: async (cursor, limit) => pageWithin(files, { cursor, limit }), ...(moved && { note }) };
}

/** The files that differ between two commits or branches; without `straight` since their common ancestor. */
export async function compared(
  call: Call<typeof compare>,
  id: Place,
  query: { from: string; to: string; straight: boolean },
): Promise<FileDiff[]> {
  const comparison = z.object({ diffs: z.array(fileDiff), compare_timeout: z.boolean().nullish() });
  const found = await call.get(compare, { params: { id }, query }, comparison);
  if (!found.compare_timeout) return found.diffs;
  throw new ToolError(
    'too-large',
    'GitLab gave up comparing the two commits: too much differs.',
    'Compare a nearer version, or read the commits one by one.',
  );
}

/** The changed files at `paths`, and how many of `paths` have none. Reads on until each named file is found. */
export async function changesAt(
  { page }: ChangedFiles,
  paths: readonly string[],
): Promise<{ files: FileDiff[]; missing: number; limited: boolean }> {
  const files: FileDiff[] = [];
  const isFound = (path: string) => files.some((file) => file.path === path || file.old_path === path);
  let seen = 0;
  let cursor: string | undefined;
  do {
    const { items, next_cursor } = await page(cursor, 100);
    files.push(...items.filter((file) => paths.some((path) => isAt(path, file))));
    seen += items.length;
    cursor = next_cursor;
  } while (cursor !== undefined && !paths.every(isFound));
  const missing = paths.filter((path) => !files.some((file) => isAt(path, file))).length;
  return { files, missing, limited: mayBeLimited(seen) };
}

/** GitLab hands out so many files of one diff, or more where an administrator says so (doc/administration/diff_limits.md). */
export function mayBeLimited(count: number): boolean {
  return count >= 1000;
}

const version = z.object({
  id: z.number(),
  head_commit_sha: z.string(),
  base_commit_sha: z.string().nullish(),
});

function isPrefix(since: string, sha: string): boolean {
  return since.length >= 7 && sha.startsWith(since.toLowerCase());
}

function noSuchVersion(iid: number): ToolError {
  return new ToolError(
    'no-such-version',
    `!${iid} has no version with that number or head commit.`,
    'List them with list_merge_request_items and kind versions.',
  );
}
