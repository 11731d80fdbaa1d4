import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { defineTool, type Tool, ToolError } from '../kit/index.js';
import { additive, DIFF_FLAGS } from './options.js';
import { type OpenRepository, type Repository, readHead } from './repository.js';
import { fields } from './text.js';

export function commitTool(open: OpenRepository): Tool {
  return defineTool({
    name: 'git_commit',
    title: 'Git commit',
    description: 'Commit what is staged. Stage with git_add first. No hooks run.',
    input: z.object({ message: z.string().trim().min(1) }),
    annotations: additive,
    async run({ message }, { signal }) {
      const repository = await open(signal);
      // Asked first, because `git commit` answers with a status that looks into submodules.
      if (!(await somethingToCommit(repository))) {
        throw new ToolError(
          'nothing-staged',
          'Nothing is staged, so there is nothing to commit.',
          'Stage with git_add.',
        );
      }
      const flags = ['--quiet', '--no-verify', '--no-gpg-sign', '--no-status', '--cleanup=whitespace', '--file=-'];
      await repository.run(['commit', ...flags], { input: message });
      const { branch, commit } = await readHead(repository);
      const count = await filesChanged(repository);
      const subject = message.split('\n', 1)[0];
      return {
        text: `Committed ${commit?.slice(0, 10)} on ${branch ?? 'a detached HEAD'}: ${subject} (files: ${count})`,
      };
    },
  });
}

async function somethingToCommit(repository: Repository): Promise<boolean> {
  if (await stat(join(repository.gitDir, 'MERGE_HEAD')).catch(() => undefined)) return true;
  const { exitCode } = await repository.run(['diff', '--cached', '--quiet', ...DIFF_FLAGS], { answers: [1] });
  return exitCode === 1;
}

async function filesChanged({ run }: Repository): Promise<number> {
  const tree = [
    'diff-tree',
    '--root',
    '-r',
    '-z',
    '--no-commit-id',
    '--name-only',
    '--diff-merges=first-parent',
    'HEAD',
  ];
  return fields((await run(tree)).stdout).length;
}
