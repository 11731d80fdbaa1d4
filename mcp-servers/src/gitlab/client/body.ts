// Reading an answer's body, never more of it than fits.
import type { Readable } from 'node:stream';
import { ToolError } from '../../kit/index.js';

/** The whole body as text. Throws ToolError `too-large` past `limit` bytes, after hanging up. */
export async function readText(body: Readable, limit: number): Promise<string> {
  const { bytes, whole } = await readBytes(body, limit);
  if (whole) return bytes.toString('utf8');
  throw new ToolError(
    'too-large',
    `The answer is larger than ${Math.round(limit / 1e6)} MB.`,
    'Ask for less: a smaller limit, narrower filters, one file or one object at a time.',
  );
}

/** The first `limit` bytes; hangs up where there is more. */
export function readBytes(body: Readable, limit: number): Promise<{ bytes: Buffer; whole: boolean }> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    body.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size <= limit) return;
      resolve({ bytes: Buffer.concat(chunks, limit), whole: false });
      body.destroy();
    });
    body.once('end', () => resolve({ bytes: Buffer.concat(chunks, size), whole: true }));
    // Also how a destroyed stream ends, when the promise is settled already.
    body.once('error', reject);
    body.resume();
  });
}
