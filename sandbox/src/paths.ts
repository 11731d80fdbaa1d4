// The one place where file names become paths: bytes to text and back, and the check that a path stays inside its root.
import { lstat, readlink, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { SandboxError } from './errors.js';

/**
 * A file name's bytes as text. Valid UTF-8 is itself; every other byte 0xNN becomes the lone surrogate U+DCNN, which
 * JSON carries as `\udcNN` (Python calls this "surrogateescape", PEP 383). Reversed by `encodePath`.
 */
export function decodePath(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (!text.includes('\ufffd') || Buffer.from(text, 'utf8').equals(bytes)) return text;
  let out = '';
  for (let i = 0; i < bytes.length; ) {
    const length = utf8SequenceLength(bytes, i);
    if (length === 0) {
      out += String.fromCharCode(0xdc00 + (bytes[i] ?? 0));
      i += 1;
    } else {
      out += bytes.toString('utf8', i, i + length);
      i += length;
    }
  }
  return out;
}

/** The bytes of a path made by `decodePath`. */
export function encodePath(path: string): Buffer {
  if (path.isWellFormed()) return Buffer.from(path, 'utf8');
  const parts: Buffer[] = [];
  for (const char of path) {
    const code = char.charCodeAt(0);
    const escaped = char.length === 1 && code >= 0xdc80 && code <= 0xdcff;
    parts.push(escaped ? Buffer.from([code - 0xdc00]) : Buffer.from(char, 'utf8'));
  }
  return Buffer.concat(parts);
}

/** The length of the valid UTF-8 sequence at `start`, 0 where there is none. */
function utf8SequenceLength(bytes: Buffer, start: number): number {
  const first = bytes[start] ?? 0;
  const length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  const sequence = bytes.subarray(start, start + length);
  const valid = length > 0 && sequence.length === length && Buffer.from(sequence.toString('utf8')).equals(sequence);
  return valid ? length : 0;
}

/**
 * Checks a slash-separated path relative to a workspace, as it comes from a sandbox or a model: not empty, not
 * absolute, no `..`, no NUL, and nothing that any file system could take for a `.git` folder (CVE-2014-9390).
 * Returns it normalised. Throws `path-invalid`.
 */
export function checkRelativePath(path: string): string {
  return checkPath(path, false);
}

/**
 * As `checkRelativePath`, and `.git` is a name like any other: for paths that never leave a copy, where Git's own data
 * is kept and brought back with the rest. Throws `path-invalid`.
 */
export function checkCopyPath(path: string): string {
  return checkPath(path, true);
}

function checkPath(path: string, withGit: boolean): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  const problem = path.startsWith('/')
    ? 'it is absolute'
    : path.includes('\0')
      ? 'it holds a NUL character'
      : parts.length === 0
        ? 'it names no file'
        : parts.includes('..')
          ? 'it climbs with ".."'
          : !withGit && parts.some(isGitFolder)
            ? 'it lies inside a .git folder'
            : undefined;
  if (problem) {
    throw new SandboxError(
      'path-invalid',
      `${JSON.stringify(path)} is refused: ${problem}.`,
      'Name a file below the workspace.',
    );
  }
  return parts.join('/');
}

/** True for `.git` and every name that some file system takes for it. */
export function isGitFolder(name: string): boolean {
  // Case folding, HFS+ ignorable characters, NTFS trailing dots, streams and short names.
  const folded = name
    .replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, '')
    .toLowerCase()
    .replace(/(:.*|[. ]+)$/, '');
  return folded === '.git' || /^git~\d+$/.test(folded);
}

/**
 * The absolute path of `path` (relative to `root`, or absolute below it), after every symbolic link on the way has
 * been followed. The path itself need not exist. With `followLast: false` a link in the last place stands for itself.
 * Throws `path-outside` when the result is not `root` or below it.
 */
export async function resolveInside(
  root: string,
  path: string,
  options: { followLast?: boolean } = {},
): Promise<string> {
  if (path.includes('\0')) {
    throw new SandboxError('path-invalid', 'A path may not hold a NUL character.', 'Name a file below the root.');
  }
  const realRoot = await realPath(root);
  const wanted = isAbsolute(path) ? rebase(path, root, realRoot) : resolve(realRoot, path);
  const real =
    options.followLast === false && wanted !== realRoot
      ? join(await realpathOfDeepest(dirname(wanted)), wanted.slice(dirname(wanted).length).replace(sep, ''))
      : await realpathOfDeepest(wanted);
  if (!isInside(realRoot, real)) {
    throw new SandboxError(
      'path-outside',
      `${JSON.stringify(path)} leads outside of ${root}.`,
      'Use a path below the root; links that lead out of it are not followed.',
    );
  }
  return real;
}

/** True when `path` is `root` or lies below it. Both absolute; no links are followed. */
export function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

function rebase(path: string, root: string, realRoot: string): string {
  return isInside(resolve(root), path) ? resolve(realRoot, relative(resolve(root), path)) : path;
}

/** `realpath` of the deepest part that exists, with the rest appended. A dangling link is followed to its target. */
async function realpathOfDeepest(path: string, hops = 0): Promise<string> {
  try {
    return await realPath(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
  }
  const parent = dirname(path);
  const link = await lstat(encodePath(path)).catch(() => undefined);
  if (link?.isSymbolicLink() && hops < 40) {
    const target = decodePath(await readlink(encodePath(path), { encoding: 'buffer' }));
    return realpathOfDeepest(resolve(await realPath(parent), target), hops + 1);
  }
  return parent === path ? path : join(await realpathOfDeepest(parent, hops), path.slice(parent.length));
}

/** In bytes: as text, a name that is not UTF-8 would stand for another file. */
async function realPath(path: string): Promise<string> {
  return decodePath(await realpath(encodePath(path), { encoding: 'buffer' }));
}
