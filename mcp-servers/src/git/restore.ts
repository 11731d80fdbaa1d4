import * as z from 'zod';
import { defineTool, type Tool, ToolError } from '../kit/index.js';
import { nulSeparated, refuseFiltered } from './filtered.js';
import { DIFF_FLAGS, paths } from './options.js';
import { covers, nearestUtf8 } from './read-status.js';
import { type OpenRepository, type Repository, readHead, relativePaths, resolveCommit } from './repository.js';
import { texts } from './text.js';

export function restoreTool(open: OpenRepository): Tool {
  return defineTool({
    name: 'git_restore',
    title: 'Git restore',
    description:
      'Discard changes of tracked files in the working tree (they are lost); with staged: unstage them and keep the files.',
    input: z.object({
      paths: paths.min(1),
      staged: z.boolean().default(false).describe('Restore the index'),
      worktree: z.boolean().optional().describe('Restore the files (default: unless staged)'),
      from: z.string().optional().describe('Commit to take them from (default: the index, or HEAD with staged)'),
    }),
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
    async run({ staged, worktree = !staged, from, ...input }, { signal }) {
      if (!staged && !worktree) {
        throw new ToolError(
          'bad-arguments',
          'Neither the index nor the files were to be restored.',
          'Set one of them.',
        );
      }
      const repository = await open(signal);
      const wanted = await relativePaths(repository, input.paths);
      const stdin = { input: nulSeparated(wanted) };
      const list = ['--pathspec-from-file=-', '--pathspec-file-nul'];
      if (staged && !worktree && from === undefined && (await readHead(repository)).commit === null) {
        await repository.run(['rm', '--cached', '-r', '--quiet', ...list], stdin);
        return { text: 'Unstaged.' };
      }
      const source = from === undefined && !staged ? undefined : await resolveCommit(repository, from ?? 'HEAD');
      const changed = await changedPaths(repository, wanted, { source, worktree });
      if (worktree) await refuseFiltered(repository, changed);
      const places = [...(staged ? ['--staged'] : []), ...(worktree ? ['--worktree'] : [])];
      const origin = source === undefined ? [] : [`--source=${source}`];
      await repository.run(['restore', '--quiet', '--no-recurse-submodules', ...origin, ...places, ...list], stdin);
      return { text: changed.length === 0 ? 'Nothing differed.' : `Restored ${changed.length} file(s).` };
    },
  });
}

async function changedPaths(
  { run }: Repository,
  wanted: readonly string[],
  { source, worktree }: { source: string | undefined; worktree: boolean },
): Promise<string[]> {
  const { stdout } = await run([
    'diff',
    '-z',
    '--name-only',
    '--no-renames',
    ...DIFF_FLAGS,
    ...(worktree ? [] : ['--cached']),
    ...(source === undefined ? [] : [source]),
    '--',
    ...wanted.map(nearestUtf8),
  ]);
  return texts(stdout).filter((path) => wanted.some((one) => covers(one, path)));
}
