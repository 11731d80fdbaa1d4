import * as z from 'zod';
import { defineTool, readOnly, type Tool, ToolError } from '../kit/index.js';
import { DIFF_FLAGS, linePage, paths } from './options.js';
import { type OpenRepository, pathArguments, type Repository, resolveCommit } from './repository.js';
import { page } from './text.js';

const input = z.object({
  staged: z.boolean().default(false).describe('Index against from (default HEAD), not working tree against index'),
  from: z.string().optional().describe('Commit to compare the working tree with'),
  to: z.string().optional().describe('Commit to compare from (default HEAD) with'),
  merge_base: z.boolean().default(false).describe('Compare with the common ancestor of from and to'),
  paths: paths.optional(),
  format: z.enum(['patch', 'stat', 'names']).default('patch'),
  context: z.int().min(0).max(100).default(3).describe('Lines around each change'),
  ...linePage,
});

type Input = z.output<typeof input>;

const FORMATS = {
  patch: ['--patch', '--src-prefix=a/', '--dst-prefix=b/'],
  stat: ['--stat=160', '--summary'],
  names: ['--name-status'],
} as const;

export function diffTool(open: OpenRepository): Tool {
  return defineTool({
    name: 'git_diff',
    title: 'Git diff',
    description: 'Changes of the working tree (without untracked files), of the index, or between two commits.',
    input,
    annotations: readOnly,
    async run(request, { signal }) {
      const repository = await open(signal);
      const { stdout, truncated } = await repository.run([
        'diff',
        ...DIFF_FLAGS,
        ...FORMATS[request.format],
        ...(request.format === 'patch' ? [`--unified=${request.context}`] : []),
        ...(await sides(repository, request)),
        ...(await pathArguments(repository, request.paths)),
      ]);
      if (stdout.length === 0) return { text: 'No differences.' };
      const cut = truncated ? '\n[Git was stopped after 16 MiB: name fewer paths to see the rest]' : '';
      return { text: page(stdout.toString('utf8'), request) + cut };
    },
  });
}

async function sides(repository: Repository, { staged, from, to, merge_base }: Input): Promise<string[]> {
  if (staged && to !== undefined) {
    throw new ToolError('bad-arguments', 'staged and to exclude each other.', 'Leave one of them out.');
  }
  if (merge_base && from === undefined) {
    throw new ToolError('bad-arguments', 'merge_base needs from.', 'Name the branch that this one left.');
  }
  const cached = staged ? ['--cached'] : [];
  if (from === undefined && to === undefined) return cached;
  const start = await resolveCommit(repository, from ?? 'HEAD');
  const base = merge_base ? ['--merge-base'] : [];
  return [...cached, ...base, start, ...(to === undefined ? [] : [await resolveCommit(repository, to)])];
}
