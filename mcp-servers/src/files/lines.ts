// A page of lines out of a stream of any length, in bounded memory.
import { ToolError } from '../kit/index.js';

interface PageLimits {
  /** First line wanted, from 1. */
  start: number;
  /** Last line wanted. */
  end: number;
  /** Bytes of all lines together; the first line is always given. */
  maxBytes: number;
  /** Bytes kept of one line. */
  maxLineBytes: number;
  /** Bytes read before giving up on finding `start`, and on counting what follows the page. */
  maxScan: number;
}

export interface Line {
  /** Without its line break; at most `maxLineBytes`. */
  readonly bytes: Buffer;
  /** Length before it was cut, in bytes. */
  readonly length: number;
}

export interface Page {
  readonly lines: readonly Line[];
  /** Whether lines follow the page. */
  readonly more: boolean;
  /** Lines of the whole stream; undefined when it was not read to its end. */
  readonly total: number | undefined;
}

/** Reads the page, then on to the stream's end to count its lines, within `maxScan` bytes. */
export async function readPage(chunks: AsyncIterable<Buffer>, limits: PageLimits): Promise<Page> {
  const lines: Line[] = [];
  let current: Buffer[] = [];
  let length = 0; // of the current line so far
  let number = 1; // of the current line
  let kept = 0;
  let full = false;
  let scanned = 0;

  const wanted = () => !full && number >= limits.start && number <= limits.end;
  const extend = (piece: Buffer) => {
    if (wanted() && length < limits.maxLineBytes) current.push(piece.subarray(0, limits.maxLineBytes - length));
    length += piece.length;
  };
  const finish = () => {
    if (wanted()) {
      const bytes = Buffer.concat(current);
      full = lines.length > 0 && kept + bytes.length > limits.maxBytes;
      if (!full) lines.push({ bytes, length });
      kept += bytes.length;
    }
    current = [];
    length = 0;
    number += 1;
  };

  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(0x0a); at !== -1; at = chunk.indexOf(0x0a, from)) {
      extend(chunk.subarray(from, at));
      finish();
      from = at + 1;
    }
    extend(chunk.subarray(from));
    scanned += chunk.length;
    if (scanned < limits.maxScan) continue;
    if (wanted() && length > 0) finish();
    if (lines.length > 0) return { lines, more: true, total: undefined };
    throw new ToolError(
      'too-far',
      `Line ${limits.start} was not reached within the first ${scanned} bytes (line ${number} was).`,
      'Find the place with grep, or cut the file with a command.',
    );
  }
  if (length > 0) finish();
  const total = number - 1;
  return { lines, more: total >= limits.start + lines.length, total };
}
