// Packs host files into a tar stream with the system's tar (GNU or libarchive), which knows sparse files and odd names.
import { spawn } from 'node:child_process';
import { PassThrough, pipeline, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { SandboxError } from '../errors.js';
import { encodePath } from '../paths.js';

export interface Packing {
  /** Plain tar, never compressed: a compressed one makes old engines run the container's decompressor (CVE-2026-41567). */
  stream: Readable;
  /** Resolves, once the stream has ended, with the files that could not be read, as tar words it. */
  warnings: Promise<string[]>;
}

/** What tar says of files that moved or are locked while it reads; the archive is whole without them. */
const TOLERABLE =
  /Cannot open|Cannot stat|Cannot read|Permission denied|No such file|[Ff]ile removed|file changed|File shrank|padding with zeros|Exiting with failure status|socket ignored|Error exit delayed/;

/** Packs `paths` (below `root`, not recursive). Aborting ends tar. */
export function pack(root: string, paths: readonly string[], signal?: AbortSignal): Packing {
  const { TAR_OPTIONS: _, ...env } = process.env;
  // The list is NUL-separated, which also stops names that begin with "-" from being taken as options.
  const args = ['--create', '--file=-', '--directory', root, '--no-recursion', ...sparse(), '--null', '--files-from=-'];
  const tar = spawn('tar', args, {
    env: { ...env, LC_ALL: 'C' },
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(signal && { signal }),
  });
  tar.stdin.on('error', () => {}); // tar that ends early is reported by its exit code
  tar.stdin.end(Buffer.concat(paths.flatMap((path) => [encodePath(`./${path}`), Buffer.of(0)])));
  // Consumed from the start: Node drops what a child has left in its pipe when it exits and nobody reads yet.
  const stream = pipeline(tar.stdout, new PassThrough({ highWaterMark: 1024 ** 2 }), () => {});
  const complaints = text(tar.stderr);
  const exited = new Promise<number | null>((resolve, reject) => {
    tar.once('error', (error: NodeJS.ErrnoException) => {
      const missing = error.code === 'ENOENT';
      reject(
        missing
          ? new SandboxError('workspace-unusable', 'There is no `tar` command.', 'Install tar (GNU or libarchive).')
          : error,
      );
    });
    tar.once('close', resolve);
  });
  return {
    stream,
    warnings: Promise.all([exited, complaints]).then(([code, said]) => judge(code, said)),
  };
}

function judge(code: number | null, said: string): string[] {
  const lines = said.split('\n').filter((line) => line !== '');
  const serious = lines.find((line) => !TOLERABLE.test(line));
  if (code === null || (code !== 0 && (serious || lines.length === 0))) {
    throw new SandboxError(
      'workspace-unusable',
      `The workspace could not be read: ${serious ?? 'tar was ended'}.`,
      'Mend what tar complains of, then try again.',
    );
  }
  return lines.filter((line) => !line.includes('Exiting with failure status'));
}

/** libarchive finds holes by itself and does not know the option. */
function sparse(): string[] {
  return process.platform === 'linux' ? ['--sparse'] : [];
}
