// A stretch of the raw trace by bytes. GitLab answers no range requests for traces, so what comes before is read and
// thrown away, and reading stops after it.
import type { Source } from './line.js';
import { cleaned } from './read.js';

export interface Window {
  /** Cleaned like all else here; it may begin in the middle of a line. */
  text: string;
  /** Where it begins and ends in the raw trace, in bytes. */
  offset: number;
  end: number;
  /** Whether there is more after `end`. */
  more: boolean;
}

/** The window of `byteWindow`, cleaned. */
export async function window(source: Source, offset: number, limit: number): Promise<Window> {
  const { bytes, ...where } = await byteWindow(source, offset, limit);
  return { text: cleaned(bytes.toString()), ...where };
}

/**
 * At most `limit` bytes from `offset` on. Where more follows they end with a whole line if they hold one, else with a whole
 * character, so that the next window from `end` on continues them.
 */
export async function byteWindow(
  source: Source,
  offset: number,
  limit: number,
): Promise<Omit<Window, 'text'> & { bytes: Buffer }> {
  const { bytes, more } = await slice(source, offset, limit);
  const start = offset > 0 ? characterStart(bytes) : 0;
  const stop = more ? lineEnd(bytes) : bytes.length;
  return { bytes: bytes.subarray(Math.min(start, stop), stop), offset, end: offset + stop, more };
}

async function slice(source: Source, offset: number, limit: number): Promise<{ bytes: Buffer; more: boolean }> {
  const parts: Buffer[] = [];
  let position = 0;
  const stop = offset + limit;
  for await (const chunk of source) {
    const bytes = Buffer.from(chunk as Uint8Array);
    const begin = position;
    position += bytes.length;
    if (position > offset) parts.push(bytes.subarray(Math.max(0, offset - begin), Math.max(0, stop - begin)));
    if (position > stop) return { bytes: Buffer.concat(parts), more: true };
  }
  return { bytes: Buffer.concat(parts), more: false };
}

/** The bytes 10xxxxxx continue a character. */
function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

function characterStart(bytes: Buffer): number {
  let start = 0;
  while (start < 4 && isContinuation(bytes[start])) start++;
  return start;
}

function lineEnd(bytes: Buffer): number {
  const end = bytes.lastIndexOf(0x0a) + 1;
  if (end > 0) return end;
  let lead = bytes.length - 1;
  while (lead > 0 && isContinuation(bytes[lead])) lead--;
  return isWhole(bytes.subarray(lead)) || lead <= 0 ? bytes.length : lead;
}

function isWhole([lead = 0, ...rest]: Uint8Array): boolean {
  const needed = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc0 ? 1 : 0;
  return rest.length === needed;
}
