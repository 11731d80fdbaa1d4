// Makes one patch with Git itself: both sides of the changed files go into a scratch repository through fast-import,
// which takes any file name and never looks at a configuration, an attribute or a filter of the workspace.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { type Change, maxPatchedBytes } from '../changes/types.js';
import { SandboxError } from '../errors.js';
import { type GitProcess, git } from './git.js';
import { type RawPath, rawPath } from './raw-path.js';
import { reasonOf } from './walk.js';

/** The content of a file, of a link its target; undefined where it is not at hand. */
type Source = (path: RawPath, isLink: boolean) => Iterable<Buffer> | AsyncIterable<Buffer> | undefined;
interface Sources {
  old: Source;
  now: Source;
}

export async function* writePatch(
  sources: Sources,
  changes: readonly Change[],
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  for (const change of changes) refuseHuge(change);
  const repository = await mkdtemp(join(tmpdir(), 'patch-'));
  try {
    await mkdir(join(repository, 'objects'));
    await mkdir(join(repository, 'refs'));
    await writeFile(join(repository, 'HEAD'), 'ref: refs/heads/new\n');
    await importSides(git(['fast-import', '--quiet'], repository), sources, changes, signal);
    yield* diff(repository, signal);
  } finally {
    await rm(repository, { recursive: true, force: true });
  }
}

async function importSides(importer: GitProcess, sources: Sources, changes: readonly Change[], signal: AbortSignal) {
  const { stdin } = importer.child;
  try {
    await write(stdin, commit('old'));
    for (const { path, from, oldMode, oldSize } of changes) {
      await file(stdin, sources.old, from ?? path, oldMode, oldSize, signal);
    }
    await write(stdin, commit('new'));
    for (const { path, newMode, newSize } of changes) {
      await file(stdin, sources.now, path, newMode, newSize, signal);
    }
    stdin.end();
    await importer.done;
  } catch (error) {
    importer.child.kill('SIGKILL');
    const complaint = await importer.done.then(
      () => '',
      (failure: Error) => failure.message,
    );
    if (complaint.includes('No space left')) {
      throw new SandboxError(
        'disk-full',
        'The tools container has no room left to make the patch.',
        'Name fewer paths, or give the tools container a larger /tmp.',
        { cause: error },
      );
    }
    throw error;
  }
}

async function* diff(repository: string, signal: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
  const options = ['--binary', '--full-index', '-M100%', '--no-rename-empty', '--no-color', '--no-ext-diff'];
  const { child, done } = git(
    ['--git-dir=.', 'diff', ...options, '--no-textconv', 'refs/heads/old', 'refs/heads/new', '--'],
    repository,
  );
  child.stdin.end();
  try {
    for await (const chunk of child.stdout) {
      signal.throwIfAborted();
      yield chunk;
    }
    await done;
  } finally {
    child.kill('SIGKILL');
  }
}

function commit(branch: string): string {
  return `commit refs/heads/${branch}\ncommitter c <c> 0 +0000\ndata 0\n`;
}

async function file(
  stdin: Writable,
  source: Source,
  path: string,
  mode: Change['newMode'],
  size: number | null,
  signal: AbortSignal,
): Promise<void> {
  if (mode === null) return;
  const raw = rawPath.fromText(path);
  await write(stdin, `M ${mode} inline ${quoted(raw)}\ndata ${size}\n`);
  let left = size ?? 0;
  try {
    const content = source(raw, mode === '120000');
    if (!content) throw new Error('it was applied meanwhile');
    for await (const chunk of content) {
      signal.throwIfAborted();
      left -= chunk.length;
      if (left < 0) break;
      await write(stdin, chunk);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw unsteady(path, reasonOf(error));
  }
  if (left !== 0) throw unsteady(path, 'its size changed');
  await write(stdin, '\n');
}

/** As fast-import reads a path: in double quotes, everything but plain ASCII as an octal escape. */
function quoted(path: RawPath): string {
  const octal = (char: string) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`;
  return `"${path.replace(/[^ !#-[\]-~]/g, octal)}"`;
}

function write(stdin: Writable, data: string | Buffer): Promise<void> {
  return new Promise((resolve, reject) => stdin.write(data, (error) => (error ? reject(error) : resolve())));
}

function refuseHuge({ path, oldSize, newSize }: Change): void {
  const size = Math.max(oldSize ?? 0, newSize ?? 0);
  if (size <= maxPatchedBytes) return;
  throw new SandboxError(
    'workspace-unusable',
    `${JSON.stringify(path)} has ${size} bytes; a patch takes files of up to ${maxPatchedBytes}.`,
    'Make a patch of the other paths, and apply this file by itself.',
  );
}

function unsteady(path: string, reason: string): SandboxError {
  return new SandboxError(
    'change-unknown',
    `${JSON.stringify(path)} changed while the patch was made: ${reason}.`,
    'Wait until no command writes to the workspace, then ask again.',
  );
}
