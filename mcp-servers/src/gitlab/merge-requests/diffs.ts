// list_merge_request_diffs: first which files, then as much of their diffs as fits.
import * as z from 'zod';
import { reveal } from '../../untrusted/index.js';
import { describeFile, type FileDiff, longestDiffs, showDiffs } from '../toolkit/diffs.js';
import { gitlabTool } from '../toolkit/tool.js';
import {
  allChanges,
  type ChangedFiles,
  changedFilesEndpoints,
  changesAt,
  changesSince,
  mayBeLimited,
} from './changed-files.js';
import { linesFrom } from './lines-from.js';

export const listMergeRequestDiffs = gitlabTool({
  name: 'list_merge_request_diffs',
  title: 'List merge request diffs',
  description:
    'Changed files with line counts, and their diffs where they fit (concise: never). `paths`: the diffs of these files or folders. `since_version`: only what changed since a version or head sha.',
  effect: 'read',
  endpoints: changedFilesEndpoints,
  input: z.strictObject({
    merge_request: z.string(),
    project: z.string().optional(),
    paths: z.array(z.string().min(1)).min(1).max(50).optional(),
    since_version: z.string().optional(),
    cursor: z.string().optional(),
    limit: z.int().min(1).max(100).default(100),
    response_format: z.enum(['concise', 'detailed']).default('detailed'),
  }),
  output: z.looseObject({
    files: z.array(z.looseObject({ path: z.string() })),
    next_cursor: z.string().optional(),
  }),
  async run({ merge_request, project, paths, since_version, cursor, limit, response_format }, call) {
    const located = await call.mergeRequest(merge_request, project);
    const source = since_version ? await changesSince(call, located, since_version) : allChanges(call, located);
    const { notes, text, ...data } = paths
      ? await chosen(source, paths, cursor)
      : await overview(source, { cursor, limit, withDiffs: response_format === 'detailed' });
    return {
      about: `diffs of merge request ${located.place.id}!${located.iid}`,
      data,
      text: text || '(no changes)',
      source: true,
      note: [source.note, ...notes, keptBack(data.files)].filter(Boolean).join(' '),
    };
  },
});

interface Shown {
  /** A diff that is not shown is empty. */
  files: FileDiff[];
  text: string;
  notes: string[];
  next_cursor?: string;
  remaining?: number;
}

/** A page of files. Where there are more pages, nobody wants their diffs before having seen the names. */
async function overview(
  source: ChangedFiles,
  { cursor, limit, withDiffs }: { cursor: string | undefined; limit: number; withDiffs: boolean },
): Promise<Shown> {
  const { items, ...rest } = await source.page(cursor, limit);
  const oneOfMany = rest.next_cursor !== undefined || cursor !== undefined;
  if (withDiffs && !oneOfMany) return fitting(items);
  const more = rest.remaining === undefined ? 'More files' : `${rest.remaining} more files`;
  const limited = mayBeLimited(items.length + (rest.remaining ?? 0));
  return {
    files: items.map((file) => ({ ...file, diff: '' })),
    text: reveal(items.map(describeFile).join('\n'), { rendered: false }),
    notes: [
      ...(rest.next_cursor ? [`${more}: call again with cursor ${rest.next_cursor}.`] : []),
      ...(items.length > 0 ? ['Diffs: call again with paths.'] : []),
      ...(limited ? ['GitLab hands out only so many files of a merge request: there may be others.'] : []),
    ],
    ...rest,
  };
}

/** The diffs of the files at some paths. Of a single long one a stretch of lines; `cursor` is the number of the first. */
async function chosen(source: ChangedFiles, paths: readonly string[], cursor: string | undefined): Promise<Shown> {
  const { files, missing, limited } = await changesAt(source, paths);
  const gone = missing > 0 ? [limited ? beyond(missing) : `At ${missing} of the paths nothing is changed.`] : [];
  const [only] = files;
  if (files.length !== 1 || only === undefined || only.diff.length <= longestDiffs) {
    const shown = fitting(files);
    return { ...shown, notes: [...gone, ...shown.notes] };
  }
  const { text: diff, next, more } = linesFrom(only.diff, Number(cursor) || 1, longestDiffs);
  const { text } = showDiffs([{ ...only, diff }]);
  if (next === undefined) return { files: [{ ...only, diff }], text, notes: gone };
  return {
    files: [{ ...only, diff }],
    text,
    notes: [...gone, `${more} more lines of it: call again with cursor ${next}.`],
    next_cursor: String(next),
    remaining: more,
  };
}

function beyond(missing: number): string {
  return `${missing} of the paths are not among the files that GitLab hands out of so large a merge request: read them with get_repository_file.`;
}

function fitting(found: readonly FileDiff[]): Shown {
  const { files, text, leftOut } = showDiffs(found);
  const notes = leftOut > 0 ? [`${leftOut} diffs did not fit: call again with fewer paths.`] : [];
  return { files, text, notes };
}

function keptBack(files: readonly FileDiff[]): string {
  return files.some(({ left_out_by_gitlab }) => left_out_by_gitlab)
    ? 'Where GitLab leaves a diff out, read the file with get_repository_file at the source and the target branch.'
    : '';
}
