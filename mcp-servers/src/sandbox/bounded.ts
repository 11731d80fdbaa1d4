// Text of a stream, up to a number of bytes.
import type { Readable } from 'node:stream';

/** `bytes` holds at most `max`; `more` is true when the stream went on. */
export async function readUpTo(stream: Readable, max: number): Promise<{ bytes: Buffer; more: boolean }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > max) break; // which destroys the stream
  }
  return { bytes: Buffer.concat(chunks).subarray(0, max), more: size > max };
}

/** Null where the bytes are not UTF-8. A character that was cut in two at the end is left out. */
export function asText({ bytes, more }: { bytes: Buffer; more: boolean }): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: more });
  } catch {
    return null;
  }
}
