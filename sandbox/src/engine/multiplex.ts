// Takes apart the stream in which the engine mixes a process's stdout and stderr: 8 bytes of head (kind, 0, 0, 0, and the
// length as big-endian u32), then that many bytes. https://docs.docker.com/reference/api/engine (ContainerAttach, "Stream format")
import { type Duplex, PassThrough, type Readable } from 'node:stream';
import { SandboxError } from '../errors.js';

const HEAD_BYTES = 8;
const STDERR = 2;

/** Splits `stream`, waiting for whichever side is full. An error of the stream reaches both sides. */
export function demultiplex(stream: Duplex): {
  output: Readable;
  diagnostics: Readable;
} {
  const output = new PassThrough();
  const diagnostics = new PassThrough();
  stream.on('error', () => {}); // reading reports it; after the end of reading there is nobody left to tell
  split(stream, output, diagnostics).then(
    () => {
      output.end();
      diagnostics.end();
    },
    (error: Error) => {
      output.destroy(error);
      diagnostics.destroy(error);
    },
  );
  return { output, diagnostics };
}

/** Reads a side that nobody needs to its end. What breaks it breaks the other side too, where it is reported. */
export function discard(side: Readable): void {
  side.on('error', () => {}).resume();
}

async function split(stream: Readable, output: PassThrough, diagnostics: PassThrough): Promise<void> {
  const head = Buffer.alloc(HEAD_BYTES);
  let headFilled = 0;
  let left = 0;
  let side = output;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    for (let at = 0; at < chunk.length; ) {
      if (left === 0) {
        const taken = chunk.copy(head, headFilled, at, at + HEAD_BYTES - headFilled);
        headFilled += taken;
        at += taken;
        if (headFilled < HEAD_BYTES) continue;
        headFilled = 0;
        left = head.readUInt32BE(4);
        side = head[0] === STDERR ? diagnostics : output;
      } else {
        const piece = chunk.subarray(at, at + left);
        at += piece.length;
        left -= piece.length;
        if (!side.write(piece) && !side.destroyed) await drained(side);
      }
    }
  }
  if (left > 0 || headFilled > 0) {
    throw new SandboxError(
      'engine-failed',
      'The engine cut an attached stream in the middle.',
      'Check that the engine still runs.',
    );
  }
}

function drained(side: PassThrough): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      side.off('drain', done);
      side.off('close', done);
      resolve();
    };
    side.once('drain', done);
    side.once('close', done);
  });
}
