import * as z from 'zod';
import { defineTool, readOnly, type Tool, ToolError } from '../kit/index.js';
import { refuseFiltered } from './filtered.js';
import { additive } from './options.js';
import { type OpenRepository, type Repository, readHead, resolveCommit } from './repository.js';
import { texts } from './text.js';

const FIELDS = ['refname', 'refname:short', 'objectname', 'upstream:short', 'committerdate:iso-strict', 'subject'];

const branch = z.object({
  name: z.string(),
  commit: z.string(),
  upstream: z.string().optional(),
  date: z.string(),
  subject: z.string(),
});

export function branchesTool(open: OpenRepository): Tool {
  return defineTool({
    name: 'git_branches',
    title: 'Git branches',
    description: 'Branches, the last changed first.',
    input: z.object({
      remote: z.boolean().default(false).describe('Remote-tracking branches instead'),
      limit: z.int().min(1).max(500).default(50),
    }),
    output: z.object({ current: z.string().nullable(), branches: z.array(branch), truncated: z.boolean() }),
    annotations: readOnly,
    async run({ remote, limit }, { signal }) {
      const repository = await open(signal);
      const { branch: current, commit } = await readHead(repository);
      const { stdout } = await repository.run([
        'for-each-ref',
        '--sort=-committerdate',
        `--count=${limit + 1}`,
        `--format=${FIELDS.map((field) => `%(${field})`).join('%00')}%00`,
        remote ? 'refs/remotes' : 'refs/heads',
      ]);
      const found = parse(texts(stdout));
      const branches = found.slice(0, limit);
      const truncated = found.length > limit;
      const lines = branches.map(
        (one) => `${one.name === current ? '*' : ' '} ${one.name} ${one.commit.slice(0, 10)} ${one.subject}`,
      );
      if (current === null) lines.unshift(`HEAD is detached at ${commit?.slice(0, 10)}.`);
      else if (commit === null) lines.unshift(`On ${current}, which has no commits yet.`);
      if (truncated) lines.push(`[more: call again with a limit above ${limit}]`);
      return { text: lines.join('\n') || 'There are none.', structured: { current, branches, truncated } };
    },
  });
}

/** Each record ends with a line feed, which leads the next one. */
function parse(values: string[]): z.output<typeof branch>[] {
  const branches: z.output<typeof branch>[] = [];
  for (let i = 0; i + FIELDS.length <= values.length; i += FIELDS.length) {
    const [, name = '', commit = '', upstream = '', date = '', subject = ''] = values.slice(i);
    branches.push({ name, commit, ...(upstream && { upstream }), date, subject });
  }
  return branches;
}

export function createBranchTool(open: OpenRepository): Tool {
  return defineTool({
    name: 'git_create_branch',
    title: 'Create Git branch',
    description: 'Create a branch, and switch to it unless told otherwise.',
    input: z.object({
      name: z.string(),
      start: z.string().default('HEAD').describe('Commit or branch'),
      switch: z.boolean().default(true),
    }),
    annotations: additive,
    async run({ name, start, switch: switchTo }, { signal }) {
      const repository = await open(signal);
      const { branch: current, commit: head } = await readHead(repository);
      await checkName(repository, name);
      if (head === null && start === 'HEAD' && switchTo) {
        await repository.run(['symbolic-ref', 'HEAD', `refs/heads/${name}`]);
        return { text: `On ${name} instead of ${current}; there are no commits yet.` };
      }
      const commit = await resolveCommit(repository, start);
      await repository.run(['branch', '--no-track', '--end-of-options', name, commit]);
      if (switchTo) await switchBranch(repository, name, commit);
      return { text: `Created ${name} at ${commit.slice(0, 10)}${switchTo ? ' and switched to it' : ''}.` };
    },
  });
}

async function checkName({ run }: Repository, name: string): Promise<void> {
  const { exitCode } = name.startsWith('-')
    ? { exitCode: 1 }
    : await run(['check-ref-format', `refs/heads/${name}`], { answers: [1] });
  if (exitCode === 0 && name !== 'HEAD') return;
  throw new ToolError(
    'name-invalid',
    `${JSON.stringify(name)} cannot be the name of a branch.`,
    'Use letters, digits, "-", "_", "." and "/".',
  );
}

export function switchTool(open: OpenRepository): Tool {
  return defineTool({
    name: 'git_switch',
    title: 'Switch Git branch',
    description: 'Switch to a branch, or with detach to any commit. Refused where uncommitted changes would be lost.',
    input: z.object({ target: z.string(), detach: z.boolean().default(false) }),
    annotations: { ...additive, idempotentHint: true },
    async run({ target, detach }, { signal }) {
      const repository = await open(signal);
      const commit = await resolveCommit(repository, detach ? target : `refs/heads/${target}`);
      await switchBranch(repository, detach ? undefined : target, commit);
      return { text: `Switched to ${target} (${commit.slice(0, 10)}).` };
    },
  });
}

/** Detached without `branch`. Quiet, because Git would look into submodules for its report. */
async function switchBranch(repository: Repository, branch: string | undefined, commit: string): Promise<void> {
  const { stdout } = await repository.run(['diff-tree', '-r', '-z', '--name-only', '--diff-filter=d', 'HEAD', commit]);
  await refuseFiltered(repository, texts(stdout), commit);
  await repository.run([
    'switch',
    '--quiet',
    '--no-guess',
    '--no-recurse-submodules',
    '--no-overwrite-ignore',
    ...(branch === undefined ? ['--detach', commit] : ['--end-of-options', branch]),
  ]);
}
