import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { defineTool, readOnly, type Tool } from '../kit/index.js';
import { paths } from './options.js';
import { readStatus, type StatusEntry } from './read-status.js';
import { type OpenRepository, type Repository, readHead } from './repository.js';
import { display } from './text.js';

const entry = z.object({
  path: z.string(),
  from: z.string().optional(),
  staged: z.string().optional(),
  unstaged: z.string().optional(),
});

const OPERATIONS = {
  MERGE_HEAD: 'merge',
  'rebase-merge': 'rebase',
  'rebase-apply': 'rebase',
  CHERRY_PICK_HEAD: 'cherry-pick',
  REVERT_HEAD: 'revert',
  BISECT_LOG: 'bisect',
} as const;

export function statusTool(open: OpenRepository): Tool {
  return defineTool({
    name: 'git_status',
    title: 'Git status',
    description: 'Branch, and the files that are staged, changed, untracked or in conflict.',
    input: z.object({
      paths: paths.optional(),
      untracked: z.enum(['all', 'normal', 'no']).default('normal').describe('normal: a new folder counts once'),
      offset: z.int().min(0).default(0),
      limit: z.int().min(1).max(1000).default(300),
    }),
    output: z.object({
      branch: z.string().nullable(),
      commit: z.string().nullable(),
      upstream: z.string().optional(),
      ahead: z.int().optional(),
      behind: z.int().optional(),
      operation: z.string().optional(),
      entries: z.array(entry),
      total: z.int(),
      truncated: z.boolean(),
    }),
    annotations: readOnly,
    async run({ offset, limit, ...input }, { signal }) {
      const repository = await open(signal);
      const head = await readHead(repository);
      const { entries: all, truncated: cut, ...upstream } = await readStatus(repository, { ...input, renames: true });
      const operation = await operationInProgress(repository);
      const entries = all.slice(offset, offset + limit);
      const next = offset + entries.length;
      const truncated = cut || next < all.length;
      const structured = {
        ...head,
        ...upstream,
        ...(operation && { operation }),
        entries,
        total: all.length,
        truncated,
      };
      const text = [
        headline(structured),
        ...(operation ? [`In the middle of a ${operation}.`] : []),
        ...(all.length === 0 ? ['Nothing changed.'] : sections(entries)),
        ...(truncated
          ? [`[${next} of ${all.length}${cut ? ' or more' : ''} shown: call again with offset ${next}]`]
          : []),
      ].join('\n');
      return { text, structured };
    },
  });
}

async function operationInProgress({ gitDir }: Repository): Promise<string | undefined> {
  for (const [file, operation] of Object.entries(OPERATIONS)) {
    if (await stat(join(gitDir, file)).catch(() => undefined)) return operation;
  }
  return undefined;
}

function headline(status: {
  branch: string | null;
  commit: string | null;
  upstream?: string;
  ahead?: number;
  behind?: number;
}): string {
  const { branch, commit, upstream, ahead = 0, behind = 0 } = status;
  const place = branch ? `On branch ${branch}` : `HEAD is detached at ${commit?.slice(0, 10)}`;
  const far = upstream ? `, ${ahead} ahead of and ${behind} behind ${upstream}` : '';
  return `${place}${commit ? '' : ', no commits yet'}${far}.`;
}

function sections(entries: readonly StatusEntry[]): string[] {
  const section = (title: string, lines: string[]) => (lines.length > 0 ? [`${title}:`, ...lines] : []);
  const unstaged = (kind: string) =>
    entries.filter((one) => one.unstaged === kind).map((one) => `  ${display(one.path)}`);
  return [
    ...section('In conflict', unstaged('conflict')),
    ...section(
      'Staged',
      entries.flatMap((one) => (one.staged ? [`  ${one.staged}: ${origin(one)}${display(one.path)}`] : [])),
    ),
    ...section(
      'Not staged',
      entries.flatMap((one) =>
        one.unstaged && one.unstaged !== 'untracked' && one.unstaged !== 'conflict'
          ? [`  ${one.unstaged}: ${display(one.path)}`]
          : [],
      ),
    ),
    ...section('Untracked', unstaged('untracked')),
  ];
}

function origin({ from }: StatusEntry): string {
  return from === undefined ? '' : `${display(from)} -> `;
}
