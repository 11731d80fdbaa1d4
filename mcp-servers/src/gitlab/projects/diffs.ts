// get_commit_diff and compare
import * as z from 'zod';
import { reveal } from '../../untrusted/index.js';
import { type FileDiff, fileDiff, isAt, showDiffs } from '../toolkit/diffs.js';
import { flag } from '../toolkit/fields.js';
import { cursorQuery, listOutput, type Page, pagingInput, readOn } from '../toolkit/paging.js';
import { type Found, gitlabTool } from '../toolkit/tool.js';
import { comparison, revision } from './refs.js';
import { commitLine } from './views.js';

const output = listOutput('files', { path: z.string(), change: z.string(), diff: z.string().optional() });

export const getCommitDiff = gitlabTool({
  name: 'get_commit_diff',
  title: 'Get commit diff',
  description: 'What a commit changed, file by file. `path`: only that file or folder.',
  effect: 'read',
  endpoints: ['GET /projects/:id/repository/commits/:sha/diff'],
  input: z.strictObject({
    commit: z.string(),
    project: z.string().optional(),
    path: z.string().optional(),
    ...pagingInput,
  }),
  output,
  async run({ commit, project, path, cursor, limit }, call) {
    const { place: id, ref } = await revision(call, commit, project);
    const page = (at: { cursor?: string | undefined; limit: number }) =>
      call.list('GET /projects/:id/repository/commits/:sha/diff', { params: { id, sha: ref }, ...at }, fileDiff);
    const found = path === undefined ? await page({ cursor, limit }) : await filesAt(path, cursor, page);
    return shown(`diff of ${id.id}@${ref}`, found);
  },
});

/** Of 100 files: GitLab's own limit for the files of a diff can be set to 3,000 at most. */
const mostPages = 30;

/** All changes at `path`, from however many pages. */
async function filesAt(
  path: string,
  cursor: string | undefined,
  page: (at: { cursor?: string | undefined; limit: number }) => Promise<Page<FileDiff>>,
): Promise<Page<FileDiff>> {
  const items: FileDiff[] = [];
  let next = cursor;
  for (let pages = 0; pages < mostPages; pages += 1) {
    const found = await page({ cursor: next, limit: 100 });
    items.push(...found.items.filter((file) => isAt(path, file)));
    next = found.next_cursor;
    if (next === undefined) break;
  }
  return { items, ...(next !== undefined && { next_cursor: next }) };
}

function shown(about: string, { items, ...rest }: Page<FileDiff>): Found & { text: string } {
  const { files, text, leftOut } = showDiffs(items);
  const short = leftOut > 0 ? `${leftOut} diffs were left out for their length: ask for one file with \`path\`. ` : '';
  return { about, data: { files, ...rest }, text, source: true, note: short + readOn(rest) };
}

const answer = z.object({
  commits: z.array(commitLine).nullish(),
  diffs: z.array(fileDiff).nullish(),
  compare_timeout: flag,
});

/** Titles of commits in one result; list_commits pages through all. */
const mostCommits = 50;

export const compare = gitlabTool({
  name: 'compare',
  title: 'Compare',
  description:
    'Commits and file changes on `to` (default branch) since it left `from`: branches, tags or commits. `from` may be a...b, a..b (straight) or a compare URL.',
  effect: 'read',
  endpoints: ['GET /projects/:id/repository/compare'],
  input: z.strictObject({
    from: z.string(),
    to: z.string().optional(),
    project: z.string().optional(),
    path: z.string().optional(),
    ...pagingInput,
  }),
  output,
  async run({ path, cursor, limit, ...input }, call) {
    const { place: id, ...refs } = await comparison(call, input);
    const found = await call.get('GET /projects/:id/repository/compare', { params: { id }, query: refs }, answer);
    const all = found.diffs ?? [];
    const wanted =
      path === undefined ? pageOfFiles(all, cursor, limit) : { items: all.filter((file) => isAt(path, file)) };
    const { data, text, ...rest } = shown(`comparison ${id.id} ${refs.from} to ${refs.to}`, wanted);
    const commits = (found.commits ?? []).flatMap((one) => one ?? []);
    const counts = { commit_count: commits.length, file_count: all.length };
    // GitLab lists them oldest first.
    const newest = commits.slice(-mostCommits).reverse();
    return {
      ...rest,
      data: { ...counts, commits: newest, compare_timeout: found.compare_timeout || undefined, ...data },
      text: `${commitsText(newest, counts)}\n\n${text}`,
    };
  },
});

/** GitLab answers all files at once. */
function pageOfFiles(files: FileDiff[], cursor: string | undefined, limit: number): Page<FileDiff> {
  const page = Number(cursorQuery({ cursor, limit })['page'] ?? 1);
  const items = files.slice((page - 1) * limit, page * limit);
  const remaining = files.length - page * limit;
  return { items, ...(remaining > 0 && { next_cursor: String(page + 1), remaining }) };
}

function commitsText(newest: string[], { commit_count, file_count }: { commit_count: number; file_count: number }) {
  const lines = newest.map((line) => `- ${reveal(line, { rendered: false })}`);
  const older = commit_count > newest.length ? [`- [and ${commit_count - newest.length} older]`] : [];
  return [`${commit_count} commits:`, ...lines, ...older, '', `${file_count} files:`].join('\n');
}
