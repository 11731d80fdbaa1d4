// Where the repository of a folder is, and whether all of it lies inside: a `.git` that leads elsewhere would let a
// hostile folder read other repositories, or have Git write through links (COMMIT_EDITMSG -> ~/.bashrc).
import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isInside } from '@cofferdam/sandbox';
import { ToolError } from '../kit/index.js';

/**
 * The Git folder that belongs to `root` (a real path). `gitDir`, named by the operator, is trusted to lie elsewhere.
 * Throws `not-a-repository`, `repository-outside` or `repository-refused`.
 */
export async function locateGitDir(root: string, gitDir: string | undefined): Promise<string> {
  const start = gitDir === undefined ? join(root, '.git') : resolve(gitDir);
  const found = await realGitDir(start);
  if (found === undefined) throw gitDir === undefined ? await noRepository(root) : notAGitDir(start);
  const commonDir = await realCommonDir(found);
  const allowed = gitDir === undefined ? [root] : [root, found, commonDir];
  for (const folder of [found, commonDir]) {
    if (!allowed.some((place) => isInside(place, folder))) throw outside(folder);
  }
  for (const folder of new Set([found, commonDir])) await checkLinks(folder, allowed);
  await checkAlternates(join(commonDir, 'objects'), allowed);
  return found;
}

/** Follows a `.git` file ("gitdir: PATH") to the folder it names. Undefined where there is none. */
async function realGitDir(path: string): Promise<string | undefined> {
  const info = await stat(path).catch(() => undefined);
  if (info === undefined) return undefined;
  const folder = info.isFile() ? await pointer(path) : path;
  const isRepository = folder !== undefined && (await stat(join(folder, 'HEAD')).catch(() => undefined)) !== undefined;
  return isRepository ? realpath(folder) : undefined;
}

async function pointer(path: string): Promise<string | undefined> {
  const target = /^gitdir: (.+?)\r?\n*$/s.exec(await readFile(path, 'utf8'))?.[1];
  return target === undefined ? undefined : resolve(dirname(path), target);
}

/** A linked worktree shares its objects, references and configuration with the folder that `commondir` names. */
async function realCommonDir(gitDir: string): Promise<string> {
  const shared = await readFile(join(gitDir, 'commondir'), 'utf8').catch(() => undefined);
  return shared === undefined ? gitDir : realpath(resolve(gitDir, shared.trimEnd()));
}

/** Loose objects are many and never written through; submodules and other worktrees are not worked on from here. */
const NOT_ENTERED = /^(?:modules|worktrees|lfs|objects\/[0-9a-f]{2})$/;

async function checkLinks(gitDir: string, allowed: readonly string[], below = ''): Promise<void> {
  for (const entry of await readdir(join(gitDir, below), { withFileTypes: true })) {
    const name = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isSymbolicLink()) {
      const target = await realpath(join(gitDir, name)).catch(() => undefined);
      if (target === undefined || !allowed.some((place) => isInside(place, target))) {
        throw refused(`${join(gitDir, name)} is a link that leads out of the repository`);
      }
    } else if (entry.isDirectory() && !NOT_ENTERED.test(name)) await checkLinks(gitDir, allowed, name);
  }
}

/** Git follows five levels of alternates (`objects/info/alternates`). */
async function checkAlternates(objects: string, allowed: readonly string[], depth = 5): Promise<void> {
  const list = await readFile(join(objects, 'info/alternates'), 'utf8').catch(() => '');
  const lines = list.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  for (const line of lines) {
    const path = await realpath(resolve(objects, line)).catch(() => undefined);
    if (line.startsWith('"') || !path || !allowed.some((place) => isInside(place, path))) {
      throw refused(`it borrows objects from ${line}, outside of the repository`);
    }
    if (depth > 0) await checkAlternates(path, allowed, depth - 1);
  }
}

async function noRepository(root: string): Promise<ToolError> {
  const entry = await lstat(join(root, '.git')).catch(() => undefined);
  if (entry?.isFile()) {
    return new ToolError(
      'repository-outside',
      `${join(root, '.git')} points to a Git folder that cannot be reached from here.`,
      'Ask the user to start this server with `--git-dir` and the Git folder it points to.',
    );
  }
  for (let folder = root; folder !== dirname(folder); folder = dirname(folder)) {
    if (await realGitDir(join(dirname(folder), '.git'))) {
      return new ToolError(
        'not-a-repository',
        `${root} is a folder inside of the repository ${dirname(folder)}.`,
        'Ask the user to start this server with `--root` and the folder of the repository.',
      );
    }
  }
  return new ToolError(
    'not-a-repository',
    `${root} is not a Git repository.`,
    'Work with the files tools; there is no history here.',
  );
}

function notAGitDir(path: string): ToolError {
  return new ToolError(
    'not-a-repository',
    `${path} is not a Git folder.`,
    'Ask the user to start this server with the right `--git-dir`.',
  );
}

function outside(folder: string): ToolError {
  return new ToolError(
    'repository-outside',
    `The Git folder of this workspace is ${folder}, outside of it: it is a linked worktree or a submodule.`,
    'Ask the user to start this server with `--git-dir` and that folder, if it is to be trusted.',
  );
}

function refused(why: string): ToolError {
  return new ToolError(
    'repository-refused',
    `The Git folder is not used: ${why}.`,
    'Work with the files tools, and tell the user.',
  );
}
