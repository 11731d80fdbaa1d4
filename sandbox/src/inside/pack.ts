// Sends the states of paths with the contents that the host does not have yet, all in one stream.

import { createHash } from 'node:crypto';
import { lstatSync, readlinkSync } from 'node:fs';
import type { Chunk, Packed, Wanted } from '../checkpoint/state.js';
import { checkCopyPath } from '../paths.js';
import { fingerprintOf } from './fingerprint.js';
import { type RawPath, rawPath } from './raw-path.js';
import { describe } from './states.js';
import { isAbsent, readAll } from './tree.js';
import { reasonOf, type Trees } from './walk.js';

export async function* pack(
  trees: Trees,
  wanted: readonly Wanted[],
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  for (const question of wanted) {
    signal.throwIfAborted();
    yield* packOne(trees, question, signal);
  }
}

async function* packOne({ workspace, lower }: Trees, { path, known }: Wanted, signal: AbortSignal) {
  const raw = rawPath.fromText(checkCopyPath(path));
  let answered = false;
  try {
    const now = stateAt(workspace, raw);
    const was = await fingerprintOf(lower, raw, now.kind !== 'folder', signal);
    if (now.kind !== 'file') {
      yield line({ path, now, was, content: null });
      return;
    }
    const read = () =>
      bounded(
        readAll(() => workspace.unlocked(raw, () => workspace.open(raw))),
        now.size,
      );
    const snapshotHash = lower.look(raw)?.size === BigInt(now.size) ? was.split(' ').at(2) : undefined;
    const knownHash = known?.size === now.size ? known.sha256 : undefined;
    if (snapshotHash ?? knownHash) {
      const hash = createHash('sha256');
      for await (const chunk of read()) hash.update(chunk);
      const own = hash.digest('hex');
      if (own === snapshotHash || own === knownHash) {
        yield line({ path, now, was, content: own === snapshotHash ? 'snapshot' : 'known' });
        return;
      }
    }
    yield line({ path, now, was, content: 'bytes' });
    answered = true;
    for await (const chunk of read()) yield Buffer.concat([line({ bytes: chunk.length }), chunk]);
    yield line({ bytes: 0 });
  } catch (error) {
    signal.throwIfAborted();
    if (!answered && isAbsent(error)) {
      // It went between two looks.
      yield line({ path, now: { kind: 'absent' }, was: await fingerprintOf(lower, raw, true, signal), content: null });
      return;
    }
    const failed = reasonOf(error);
    yield answered ? line({ failed }) : line({ path, failed });
  }
}

function stateAt(workspace: Trees['workspace'], path: RawPath) {
  const parent = rawPath.parent(path);
  try {
    return workspace.unlocked(parent, () =>
      workspace.within(parent, (place) => {
        const own = place(rawPath.name(path));
        return describe(lstatSync(own, { bigint: true }), () => readlinkSync(own, 'buffer'));
      }),
    );
  } catch (error) {
    if (isAbsent(error)) return { kind: 'absent' } as const;
    throw error;
  }
}

/** A log that grows while it is read would never end. */
async function* bounded(chunks: AsyncIterable<Buffer>, size: number): AsyncGenerator<Buffer, void, undefined> {
  let left = size;
  for await (const chunk of chunks) {
    if (left === 0) return;
    yield chunk.subarray(0, left);
    left -= Math.min(left, chunk.length);
  }
}

function line(message: Packed | Chunk): Buffer {
  return Buffer.from(`${JSON.stringify(message)}\n`);
}
