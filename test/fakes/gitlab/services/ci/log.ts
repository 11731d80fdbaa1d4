// A job's log: text that is kept, or pieces that are made while they are sent.
import { Readable } from 'node:stream';
import type { Job } from '../../world/types.js';

const CHUNK = 65_536;

/** How long what is made on the fly turned out to be: made once to count it, and kept nowhere. */
const counted = new WeakMap<() => Iterable<string>, number>();

/** Bytes of the log. */
export function logSize({ log }: Job): number {
  if (typeof log === 'string') return Buffer.byteLength(log);
  let size = counted.get(log);
  if (size === undefined) {
    size = 0;
    for (const piece of log()) size += Buffer.byteLength(piece);
    counted.set(log, size);
  }
  return size;
}

export function logBody({ log }: Job): Buffer | Readable {
  return typeof log === 'string' ? Buffer.from(log) : Readable.from(chunks(log()), { objectMode: false });
}

function* chunks(pieces: Iterable<string>): Generator<Buffer> {
  let chunk = '';
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < CHUNK) continue;
    yield Buffer.from(chunk);
    chunk = '';
  }
  if (chunk) yield Buffer.from(chunk);
}

/** `lines` numbered lines of a log with sections and colours as a runner writes it, made as they are read. */
export function* generatedLog(lines: number): Generator<string> {
  yield `section_start:1767225600:step_script\r\x1b[0K\x1b[0K\x1b[36;1mExecuting "step_script" stage\x1b[0;m\x1b[0;m\n`;
  for (let line = 1; line <= lines; line += 1) {
    yield `\x1b[32;1mline ${String(line).padStart(9, '0')}\x1b[0;m of a log that is long but says little\n`;
  }
  yield 'section_end:1767225660:step_script\r\x1b[0K\x1b[31;1mERROR: Job failed: exit code 1\n\x1b[0;m\n';
}
