// Looks a folder over with GNU find, where there is one. For 84,000 entries, a listing takes 0.26 s and finding out that
// nothing changed 0.20 s, beside 0.45 s for a walk in Node.
import { execFile, spawn } from 'node:child_process';
import { buffer, text } from 'node:stream/consumers';
import { SandboxError } from '../errors.js';

/** Records as in `listing.ts`; undefined where `find` is missing or is not GNU's. */
export async function findRecords(root: string): Promise<Buffer | undefined> {
  if (process.platform !== 'linux') return undefined;
  const format = '%P\\0%y %m %s %T@ %C@ %i\\0';
  const find = spawn('find', [root, '-printf', format], {
    env: { ...process.env, LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const started = new Promise<boolean>((resolve) =>
    find.once('spawn', () => resolve(true)).once('error', () => resolve(false)),
  );
  const exited = new Promise<number | null>((resolve) => find.once('close', resolve));
  const [records, complaints] = await Promise.all([buffer(find.stdout), text(find.stderr)]);
  if (!(await started) || complaints.includes('unrecognized: -printf')) return undefined; // busybox
  const code = await exited;
  const unreadable = complaints.split('\n').flatMap((line) => unreadablePath(line, root));
  if (code === 0 || unreadable.length > 0 || /No such file/.test(complaints)) {
    return Buffer.concat([records, ...unreadable.map((path) => Buffer.from(`${path}\0! 0 0 0 0 0\0`))]);
  }
  throw new SandboxError(
    'workspace-unusable',
    `The workspace could not be listed: ${complaints.trim() || `find ended with ${code}`}`,
    'Mend what find complains of, then try again.',
  );
}

/** `find: '/root/a/b': Permission denied` */
function unreadablePath(line: string, root: string): string[] {
  const path = /^find: '(.*)': Permission denied$/.exec(line)?.[1];
  return path?.startsWith(`${root}/`) ? [path.slice(root.length + 1)] : [];
}

/** True when no entry of the folders, nor they themselves, has a change time after `time` (seconds); false also when find cannot tell. */
export async function nothingChangedSince(roots: readonly string[], time: string): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const args = [...roots, '-newerct', `@${time}`, '-print', '-quit'];
  return new Promise((resolve) => execFile('find', args, (error, stdout) => resolve(!error && stdout === '')));
}
