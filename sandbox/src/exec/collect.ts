import type { Readable } from 'node:stream';
import type { ExecResult, Execution } from './types.js';

export interface CollectedResult extends ExecResult {
  stdout: Buffer;
  stderr: Buffer;
}

/**
 * Reads both outputs to their end. Keeps the first `maxBytes` of each; where there was more, the rest is dropped and
 * `truncated` is set. Rejects as `execution.result` does.
 */
export async function collect(
  execution: Execution,
  { maxBytes = Number.POSITIVE_INFINITY } = {},
): Promise<CollectedResult> {
  const [stdout, stderr, result] = await Promise.all([
    readUpTo(execution.stdout, maxBytes),
    readUpTo(execution.stderr, maxBytes),
    execution.result,
  ]);
  const truncated = result.truncated || Math.max(result.stdoutBytes, result.stderrBytes) > maxBytes;
  return { ...result, truncated, stdout, stderr };
}

async function readUpTo(stream: Readable, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > maxBytes) break; // leaving the loop destroys the stream, and the command's further output is dropped
  }
  return Buffer.concat(chunks).subarray(0, maxBytes);
}
