// The one place that starts ripgrep.
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { ToolError } from '../kit/index.js';

/** A record longer than this is cut here: 1 MiB, far above any line worth reading. */
export const maxRecord = 1024 * 1024;
const maxComplaint = 4096;

export interface Search {
  args: readonly string[];
  cwd: string;
  /** The byte that ends each record of the output. */
  separator: '\n' | '\0';
  signal: AbortSignal;
}

/**
 * The records that ripgrep writes. Ends ripgrep when the caller stops reading or the signal aborts. Hidden files are
 * searched, Git's own folder never; files that cannot be read are passed over.
 * Throws `no-ripgrep`, or `bad-search` with ripgrep's own words about a pattern, glob or type.
 */
export async function* ripgrep({ args, cwd, separator, signal }: Search): AsyncGenerator<Buffer> {
  if (args.some((arg) => arg.includes('\0'))) {
    throw new ToolError('bad-search', 'A search cannot hold a NUL character.', 'Search for the text around it.');
  }
  // Case-insensitive globs are applied last, so no glob of the caller's brings .git back.
  const always = ['--no-config', '--no-messages', '--hidden', '--no-require-git', '--iglob=!.git'];
  const child = spawn('rg', [...always, ...args], {
    cwd,
    signal,
    killSignal: 'SIGKILL',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exit = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  exit.catch(() => undefined); // awaited below, unless the caller stops early
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    complaint = (complaint + chunk).slice(0, maxComplaint);
  });
  try {
    yield* records(child.stdout, separator);
    const code = await exit;
    signal.throwIfAborted();
    if (code !== 0 && complaint !== '') {
      throw new ToolError(
        'bad-search',
        complaint.trim(),
        'Correct the search; set literal to search for text as it is.',
      );
    }
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? missing(error) : error;
  } finally {
    child.kill('SIGKILL');
  }
}

async function* records(output: Readable, separator: string): AsyncGenerator<Buffer> {
  const end = separator.charCodeAt(0);
  let pieces: Buffer[] = [];
  let length = 0;
  const keep = (piece: Buffer) => {
    if (length < maxRecord) pieces.push(piece.subarray(0, maxRecord - length));
    length += piece.length;
  };
  for await (const chunk of output as AsyncIterable<Buffer>) {
    let from = 0;
    for (let at = chunk.indexOf(end); at !== -1; at = chunk.indexOf(end, from)) {
      keep(chunk.subarray(from, at));
      yield Buffer.concat(pieces);
      pieces = [];
      length = 0;
      from = at + 1;
    }
    keep(chunk.subarray(from));
  }
  if (length > 0) yield Buffer.concat(pieces);
}

function missing(cause: unknown): ToolError {
  const remedy =
    'Ask the user to install it ("apt-get install ripgrep", "brew install ripgrep"), or use list_directory.';
  return new ToolError('no-ripgrep', 'The program rg (ripgrep) was not found in PATH.', remedy, { cause });
}
