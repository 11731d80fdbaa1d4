// What belongs to a workspace: the repository's root, the folder the user opened in it, and where its Git data lies.
import { lstat, readFile, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, parse, relative, resolve, sep } from 'node:path';
import { SandboxError } from '../errors.js';

/** A host folder whose contents appear at `target` (relative to the copy's root, '' for the root itself). */
export interface Source {
  path: string;
  target: string;
  /** Says which entries are left out, by their slash-separated path below `path`. */
  skip(path: string): boolean;
}

export interface Workspace {
  /** The repository's top folder; where there is no repository, the folder itself. Absolute, without links. */
  root: string;
  /** The folder the user opened, relative to `root`, slash-separated; '' for the root itself. */
  folder: string;
  /** Everything that the copy is made of; later sources may overwrite what earlier ones brought. */
  sources: Source[];
  /** True when `.git` was put together from elsewhere (linked worktree, submodule) and its configuration needs mending. */
  gathered: boolean;
}

/**
 * Finds the workspace that `folder` belongs to. A linked worktree's or submodule's Git data is gathered from where its
 * `.git` file points to, and borrowed objects (`objects/info/alternates`) from their lenders, so that the copy is whole.
 * Throws `workspace-unusable` when the folder is missing, is not a folder, or is a whole home or disk.
 */
export async function findWorkspace(folder: string): Promise<Workspace> {
  const opened = await realFolder(folder);
  const root = (await findUp(opened, '.git')) ?? opened;
  if (root === parse(root).root || root === (await realpath(homedir()).catch(() => homedir()))) {
    throw new SandboxError(
      'workspace-unusable',
      `${root} is a whole ${root === parse(root).root ? 'disk' : 'home folder'}; copying it into a sandbox is surely not meant.`,
      'Open the folder of one project.',
    );
  }
  const git = await gitSources(root);
  return {
    root,
    folder: relative(root, opened).split(sep).join('/'),
    sources: [
      {
        path: root,
        target: '',
        skip: (path) => (git.linked ? path === '.git' : isTransientGitFile(path)),
      },
      ...git.sources,
    ],
    gathered: git.linked,
  };
}

async function realFolder(folder: string): Promise<string> {
  const unusable = (why: string) =>
    new SandboxError('workspace-unusable', `${folder} ${why}.`, 'Name an existing folder you can read.');
  const found = await stat(folder).catch((error: NodeJS.ErrnoException) => {
    throw unusable(error.code === 'ENOENT' ? 'does not exist' : `cannot be opened (${error.code})`);
  });
  if (!found.isDirectory()) throw unusable('is not a folder');
  return realpath(folder);
}

async function findUp(start: string, name: string): Promise<string | undefined> {
  for (let folder = start; ; folder = dirname(folder)) {
    if (await exists(join(folder, name))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/** Where Git's data comes from, by gitrepository-layout(5). */
async function gitSources(root: string): Promise<{ linked: boolean; sources: Source[] }> {
  const dotGit = join(root, '.git');
  const found = await lstat(dotGit).catch(() => undefined);
  if (!found) return { linked: false, sources: [] };
  if (found.isDirectory()) return { linked: false, sources: await lenders(dotGit) };

  const gitDir = found.isSymbolicLink() ? await realpath(dotGit) : await followGitFile(root, dotGit);
  const commonDir = resolve(gitDir, await firstLine(join(gitDir, 'commondir'), '.'));
  const common: Source = {
    path: commonDir,
    target: '.git',
    skip: (path) => isTransientGitFile(`.git/${path}`) || /^worktrees(\/|$)/.test(path),
  };
  const own: Source = {
    path: gitDir,
    target: '.git',
    skip: (path) => isTransientGitFile(`.git/${path}`) || /^(commondir|gitdir)$/.test(path),
  };
  return {
    linked: true,
    sources: [common, ...(gitDir === commonDir ? [] : [own]), ...(await lenders(commonDir))],
  };
}

async function followGitFile(root: string, dotGit: string): Promise<string> {
  const line = await firstLine(dotGit, '');
  const gitDir = line.startsWith('gitdir: ') ? resolve(root, line.slice('gitdir: '.length)) : undefined;
  if (gitDir && (await exists(join(gitDir, 'HEAD')))) return realpath(gitDir);
  throw new SandboxError(
    'workspace-unusable',
    `${dotGit} points to ${gitDir ?? 'nowhere'}, where there is no Git repository.`,
    'Run `git worktree repair` or `git submodule update` there, or open another folder.',
  );
}

/** Object folders this repository borrows from, and those that they borrow from in turn. */
async function lenders(commonDir: string): Promise<Source[]> {
  const seen = new Set<string>();
  const waiting = [join(commonDir, 'objects')];
  for (let objects = waiting.pop(); objects !== undefined; objects = waiting.pop()) {
    const list = await readFile(join(objects, 'info/alternates'), 'utf8').catch(() => '');
    for (const line of list.split('\n').filter((line) => line !== '' && !line.startsWith('#'))) {
      const lender = await realpath(resolve(objects, line)).catch(() => undefined);
      if (!lender || seen.has(lender)) continue;
      seen.add(lender);
      waiting.push(lender);
    }
  }
  return [...seen].map((path) => ({
    path,
    target: '.git/objects',
    skip: (path) => path === 'info' || path.startsWith('info/'),
  }));
}

/** Locks of a Git command that runs right now, and the list of borrowed objects, which are brought along instead. */
function isTransientGitFile(path: string): boolean {
  return path.startsWith('.git/') && (path.endsWith('.lock') || path === '.git/objects/info/alternates');
}

async function firstLine(path: string, fallback: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => fallback);
  return text.split('\n', 1)[0]?.trimEnd() ?? fallback;
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
