// Lines of a file of any size and any content, a chunk in memory at a time.
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { unreadable } from './store.js';

export interface Line {
  /** From 1. */
  number: number;
  /** Without its line feed; of a line that is too long, its beginning. */
  bytes: Buffer;
  /** `unfinished`: the file ends where a line feed should be. */
  state: 'whole' | 'unfinished' | 'too-long';
  /** Where the next line begins, in bytes from the beginning of the file. */
  next: number;
}

const chunkBytes = 65_536;
const longestLine = 1_048_576;

/** Lines from `offset` on, which is where line `number` + 1 begins. Throws AuditError `audit-unreadable`. */
export async function* readLines(path: string, { offset = 0, number = 0 } = {}): AsyncGenerator<Line, void> {
  let parts: Buffer[] = [];
  let length = 0;
  let position = offset;

  const add = (part: Buffer) => {
    if (length <= longestLine) parts.push(part);
    length += part.length;
  };
  const finish = (state: Line['state'], next: number): Line => {
    const [only = Buffer.alloc(0)] = parts;
    const bytes = parts.length < 2 ? only : Buffer.concat(parts);
    const line: Line = { number: ++number, bytes, state: length > longestLine ? 'too-long' : state, next };
    parts = [];
    length = 0;
    return line;
  };

  const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)).catch((error) => {
    throw unreadable(path, error);
  });
  try {
    for (;;) {
      const chunk = await readChunk(file, position, path);
      if (chunk.length === 0) break;
      let start = 0;
      for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, start)) {
        add(chunk.subarray(start, end));
        start = end + 1;
        yield finish('whole', position + start);
      }
      if (start < chunk.length) add(chunk.subarray(start));
      position += chunk.length;
    }
    if (length > 0) yield finish('unfinished', position);
  } finally {
    await file.close();
  }
}

async function readChunk(file: FileHandle, position: number, path: string): Promise<Buffer> {
  // A new one each time: the lines that are handed out are parts of it.
  const chunk = Buffer.allocUnsafe(chunkBytes);
  try {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, position);
    return chunk.subarray(0, bytesRead);
  } catch (error) {
    throw unreadable(path, error);
  }
}
