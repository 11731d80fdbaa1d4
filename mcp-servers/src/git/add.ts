import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { defineTool, type Tool, ToolError } from '../kit/index.js';
import { nulSeparated, refuseFiltered } from './filtered.js';
import { additive, paths } from './options.js';
import { covers, readStatus } from './read-status.js';
import { type OpenRepository, type Repository, relativePaths } from './repository.js';
import { display } from './text.js';

export function addTool(open: OpenRepository): Tool {
  return defineTool({
    name: 'git_add',
    title: 'Git add',
    description: 'Stage files or folders as they are in the working tree, deletions too. "." stages everything.',
    input: z.object({ paths: paths.min(1) }),
    annotations: { ...additive, idempotentHint: true },
    async run(input, { signal }) {
      const repository = await open(signal);
      const changed = await changedPaths(repository, input.paths);
      const nested = changed.find((path) => path.endsWith('/'));
      if (nested !== undefined) {
        throw new ToolError(
          'nested-repository',
          `Nothing was staged: ${display(nested)} is a repository of its own.`,
          'Leave it out, or ask the user to add it as a submodule.',
        );
      }
      await refuseFiltered(repository, changed);
      // Not `git add`: it would run Git, and what is configured there, inside of each submodule.
      await repository.run(['update-index', '--add', '--remove', '--replace', '-z', '--stdin'], {
        input: nulSeparated(changed),
      });
      const unchanged = (await relativePaths(repository, input.paths)).filter(
        (wanted) => !changed.some((path) => covers(wanted, path)),
      );
      return { text: [...staged(changed), ...(await explain(repository, unchanged))].join('\n') };
    },
  });
}

async function changedPaths(repository: Repository, wanted: readonly string[]): Promise<string[]> {
  const { entries, truncated } = await readStatus(repository, { paths: wanted, untracked: 'all', renames: false });
  if (truncated) throw new ToolError('too-many', 'These paths hold too many changes.', 'Stage one folder at a time.');
  return entries.filter(({ unstaged }) => unstaged !== undefined).map(({ path }) => path);
}

function staged(changed: readonly string[]): string[] {
  if (changed.length === 0) return [];
  const names = changed.slice(0, 20).map(display).join(', ');
  return [`Staged ${changed.length}: ${names}${changed.length > 20 ? ', ...' : ''}`];
}

/** Why there was nothing to stage at `unchanged`. */
async function explain({ root, run }: Repository, unchanged: readonly string[]): Promise<string[]> {
  const tracked = async (path: string) => path === '.' || (await run(['ls-files', '-z', '--', path])).stdout.length > 0;
  return Promise.all(
    unchanged.map(async (path) => {
      if (path.isWellFormed() && (await tracked(path))) return `Nothing to stage at ${display(path)}: it is unchanged.`;
      const exists = await lstat(join(root, path)).catch(() => undefined);
      return exists
        ? `Nothing was staged at ${display(path)}: it is ignored (.gitignore) or empty.`
        : `Nothing was staged at ${display(path)}: there is no such file.`;
    }),
  );
}
