// The repository a call works on: checked, with everything it configures to run disabled.
import { realpath } from 'node:fs/promises';
import { relative } from 'node:path';
import { resolveInside } from '@cofferdam/sandbox';
import { ToolError } from '../kit/index.js';
import { driverSettings, gitEnvironment } from './environment.js';
import { locateGitDir } from './locate.js';
import { type GitOutput, type RunOptions, runGit } from './run.js';
import { fields, texts } from './text.js';

export interface GitServerOptions {
  /** The top folder of the working tree. Nothing outside of it is read or written, but for `gitDir`. */
  root: string;
  /** The Git folder, where it is not in `root`: for linked worktrees and submodules. The operator vouches for it. */
  gitDir?: string;
}

interface CallOptions extends Pick<RunOptions, 'input' | 'answers'> {
  /** An index to use in place of the repository's own. */
  indexFile?: string;
}

export interface Repository {
  /** Real path of the top folder. */
  readonly root: string;
  readonly gitDir: string;
  /** Runs Git here; see `runGit`. */
  run(args: readonly string[], options?: CallOptions): Promise<GitOutput>;
}

/** Opens the repository for one call, which `signal` can cancel. */
export type OpenRepository = (signal: AbortSignal) => Promise<Repository>;

const DEFAULT_IDENTITY = { 'user.name': 'Cofferdam', 'user.email': 'cofferdam@localhost' };
const OLDEST = [2, 31] as const;

/** Throws (when called) what `locateGitDir` throws, `git-missing`, `git-too-old` and `config-refused`. */
export function repositoryOpener(options: GitServerOptions): OpenRepository {
  let versionChecked = false;
  return async (signal) => {
    const root = await realpath(options.root);
    const base = { cwd: root, signal };
    if (!versionChecked) {
      await checkVersion({ ...base, env: gitEnvironment(root, process.env) });
      versionChecked = true;
    }
    const gitDir = await locateGitDir(root, options.gitDir);
    const where = ['--no-pager', '--literal-pathspecs', `--git-dir=${gitDir}`, `--work-tree=${root}`];
    // Asked anew each time: whoever works in the copy can change the configuration between two calls.
    const listed = await runGit([...where, 'config', '--list', '--name-only', '-z'], {
      ...base,
      env: gitEnvironment(root, process.env),
    });
    const keys = fields(listed.stdout);
    const known = new Set(texts(listed.stdout));
    const identity = known.has('user.name') && known.has('user.email') ? {} : DEFAULT_IDENTITY;
    const env = gitEnvironment(root, process.env, { ...identity, ...driverSettings(keys) });
    return {
      root,
      gitDir,
      run: (args, { indexFile, ...more } = {}) =>
        runGit([...where, ...args], {
          ...base,
          ...more,
          env: indexFile === undefined ? env : { ...env, GIT_INDEX_FILE: indexFile },
        }),
    };
  };
}

async function checkVersion(options: RunOptions): Promise<void> {
  const { stdout } = await runGit(['version'], options);
  const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(stdout.toString())?.slice(1) ?? []).map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  throw new ToolError(
    'git-too-old',
    `${stdout.toString().trim()} cannot be told to ignore what a repository configures.`,
    `Tell the user to install Git ${OLDEST.join('.')} or newer.`,
  );
}

export interface Head {
  /** Null when detached. */
  branch: string | null;
  /** Null before the first commit. */
  commit: string | null;
}

export async function readHead({ run }: Repository): Promise<Head> {
  const branch = await run(['symbolic-ref', '--quiet', '--short', 'HEAD'], { answers: [1] });
  const commit = await run(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], { answers: [1] });
  return { branch: line(branch) || null, commit: line(commit) || null };
}

/** The full name of the commit that `revision` stands for. Throws `no-commits` or `revision-unknown`. */
export async function resolveCommit(repository: Repository, revision: string): Promise<string> {
  if (/^-|[\0\n]/.test(revision)) throw unknownRevision(revision);
  const parse = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
  const commit = line(await repository.run(parse, { answers: [1, 128] }));
  if (commit) return commit;
  const { branch, commit: head } = await readHead(repository);
  if (head) throw unknownRevision(revision);
  throw new ToolError(
    'no-commits',
    `There are no commits yet on ${branch ?? 'this branch'}.`,
    'Use git_status to see the files, and git_add with git_commit to make the first commit.',
  );
}

/** `A..B` and `A...B` as arguments made of resolved commits, or one resolved commit. */
export async function resolveRange(repository: Repository, range: string): Promise<string> {
  const [, from = '', dots, to = ''] = /^(.*?)(\.{2,3})(.*)$/.exec(range) ?? [];
  if (!dots) return resolveCommit(repository, range);
  return `${await resolveCommit(repository, from || 'HEAD')}${dots}${await resolveCommit(repository, to || 'HEAD')}`;
}

/** Paths as the model gave them, relative to the root. A link in the last place stands for itself. Throws `path-outside`. */
export function relativePaths({ root }: Repository, paths: readonly string[] = []): Promise<string[]> {
  return Promise.all(
    paths.map(async (path) => relative(root, await resolveInside(root, path, { followLast: false })) || '.'),
  );
}

/** The same as arguments. Throws `path-not-utf8` for names that Node cannot hand to a program. */
export async function pathArguments(repository: Repository, paths: readonly string[] = []): Promise<string[]> {
  const all = await relativePaths(repository, paths);
  const bad = all.find((path) => !path.isWellFormed());
  if (bad === undefined) return ['--', ...all];
  throw new ToolError(
    'path-not-utf8',
    `${JSON.stringify(bad)} is not UTF-8, and this tool cannot pass it on.`,
    'Name the folder that holds it instead.',
  );
}

function line({ stdout }: GitOutput): string {
  return stdout.toString('utf8').trim();
}

function unknownRevision(revision: string): ToolError {
  return new ToolError(
    'revision-unknown',
    `${JSON.stringify(revision)} names no commit here.`,
    'Use git_branches or git_log to find one; in a shallow clone older commits are missing.',
  );
}
