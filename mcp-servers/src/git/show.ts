import * as z from 'zod';
import { defineTool, readOnly, type Tool, ToolError } from '../kit/index.js';
import { DIFF_FLAGS, linePage } from './options.js';
import { type OpenRepository, pathArguments, type Repository, resolveCommit } from './repository.js';
import { display, page, texts } from './text.js';

export function showTool(open: OpenRepository): Tool {
  return defineTool({
    name: 'git_show',
    title: 'Git show',
    description: 'A commit with its message and patch, or with path: that file (or folder listing) as of the commit.',
    input: z.object({ revision: z.string().default('HEAD'), path: z.string().optional(), ...linePage }),
    annotations: readOnly,
    async run({ revision, path, ...lines }, { signal }) {
      const repository = await open(signal);
      const commit = await resolveCommit(repository, revision);
      const text = path === undefined ? await showCommit(repository, commit) : await showPath(repository, commit, path);
      return { text: page(text, lines) };
    },
  });
}

async function showCommit({ run }: Repository, commit: string): Promise<string> {
  const { stdout } = await run([
    'show',
    '--format=fuller',
    '--no-show-signature',
    '--diff-merges=first-parent',
    '--stat=160',
    '--patch',
    '--src-prefix=a/',
    '--dst-prefix=b/',
    ...DIFF_FLAGS,
    commit,
    '--',
  ]);
  return stdout.toString('utf8');
}

async function showPath(repository: Repository, commit: string, path: string): Promise<string> {
  const [, relative = '.'] = await pathArguments(repository, [path]);
  if (relative === '.') return showFolder(repository, commit);
  const [found] = texts((await repository.run(['ls-tree', '-z', commit, '--', relative])).stdout);
  const [, mode, type, object = ''] = /^(\d+) (\w+) ([0-9a-f]+)\t/.exec(found ?? '') ?? [];
  if (type === 'tree') return showFolder(repository, object);
  if (type === 'commit') return `${display(relative)} is a submodule at commit ${object}.`;
  if (type !== 'blob') {
    throw new ToolError(
      'path-unknown',
      `There is no ${display(relative)} in ${commit.slice(0, 10)}.`,
      'Leave the path out or name a folder to see what there is.',
    );
  }
  // `cat-file` and not `show`: it knows no textconv.
  const { stdout } = await repository.run(['cat-file', 'blob', object]);
  if (mode === '120000') return `${display(relative)} is a symbolic link to ${stdout.toString('utf8')}`;
  return stdout.subarray(0, 8000).includes(0)
    ? `${display(relative)} is a binary file of ${stdout.length} bytes.`
    : stdout.toString('utf8');
}

async function showFolder({ run }: Repository, tree: string): Promise<string> {
  const names = texts((await run(['ls-tree', '-z', tree])).stdout).map((line) => {
    const [head = '', name = ''] = line.split(/\t(.*)/s);
    return head.includes(' tree ') ? `${display(name)}/` : display(name);
  });
  return names.join('\n');
}
