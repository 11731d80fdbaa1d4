import { describe, expect, test } from 'vitest';
import { FrameDecoder, MAX_CHUNK } from './protocol.js';

const frame = (type: number, id: number, payload: number[] | Buffer = []) => {
  const header = Buffer.from([type, id, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32LE(payload.length, 5);
  return Buffer.concat([header, Buffer.from(payload)]);
};
const decode = (...pieces: Buffer[]) => {
  const decoder = new FrameDecoder();
  return pieces.flatMap((piece) => [...decoder.decode(piece)]);
};

describe('frames from the runner', () => {
  const bytes = Buffer.concat([
    frame(64, 0, [1, 0, 0, 0]),
    frame(65, 1, [4, 2, 0, 0, 0, ...Buffer.from('No such file')]),
    frame(66, 2, [104, 105]),
    frame(67, 2),
    frame(68, 2, [0, 1, 0, 0]),
    frame(69, 2),
    frame(70, 2, [255, 255, 255, 255, 9, 1, 0xdc, 5, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]),
    frame(71, 3),
    frame(72, 0),
  ]);

  test.each([1, 5, 9, 13, bytes.length])('are read from pieces of %i bytes', (size) => {
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    );
    expect(decode(...pieces)).toEqual([
      { type: 'hello', version: 1 },
      { type: 'start-failed', id: 1, step: 'exec', errno: 2, text: 'No such file' },
      { type: 'stdout', id: 2, bytes: Buffer.from('hi') },
      { type: 'stderr', id: 2, bytes: Buffer.alloc(0) },
      { type: 'stdin-credit', id: 2, bytes: 256 },
      { type: 'stdin-closed', id: 2 },
      {
        type: 'exit',
        id: 2,
        exitCode: null,
        signal: 9,
        timedOut: true,
        durationMs: 1.5,
        stdoutBytes: 2,
        stderrBytes: 2 ** 32,
      },
      { type: 'unkillable', id: 3 },
      { type: 'pong' },
    ]);
  });

  test.each([
    ['of an unknown type', frame(1, 0)],
    ['of the wrong length', frame(70, 1, [0])],
    ['longer than a chunk', frame(66, 1, Buffer.alloc(MAX_CHUNK + 1))],
    ['that failed to start for an unknown reason', frame(65, 1, [9, 0, 0, 0, 0])],
  ])('%s are refused', (_, bytes) =>
    expect(() => decode(bytes)).toThrow(expect.objectContaining({ code: 'protocol' })),
  );
});
