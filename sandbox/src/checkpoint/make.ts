// Makes a checkpoint: asks what differs from the snapshot, and keeps the contents that were not kept before.
import { isDeepStrictEqual } from 'node:util';
import { protocolError } from '../changes/protocol.js';
import { SandboxError } from '../errors.js';
import { Answers, type Copy, checkAnswered } from './copy.js';
import type { Entry, Manifest } from './manifest.js';
import type { PackWriter } from './pack-file.js';
import { chunkSchema, type Packed, packedSchema, type Row, stateLineSchema, type Wanted } from './state.js';
import type { CheckpointStore } from './store.js';

/** Paths asked about at a time: a request is one line. */
const BATCH = 10_000;
/** What a session may differ by; beyond, one checkpoint would take minutes and its manifest hundreds of megabytes. */
const MAX_PATHS = 1_000_000;
/** Bytes that one checkpoint may add to the host's disk. */
const MAX_BYTES = 16 * 1024 ** 3;

export interface CheckpointReport {
  /** Paths that are not as at the checkpoint before. */
  files: number;
  /** Bytes that had to be kept for them. */
  bytes: number;
  /** Paths whose state could not be kept, and why. */
  skipped: { path: string; reason: string }[];
}

/**
 * Keeps the state of the copy under `name`, in the place of an earlier checkpoint of that name. Nothing in the sandbox
 * stops meanwhile: a file that is written to is kept as it was at some moment. Throws `disk-full`,
 * `checkpoint-failed`, `checkpoint-too-large`, `protocol`, `runner-lost`; the checkpoints before stay as they are.
 */
export async function makeCheckpoint(copy: Copy, store: CheckpointStore, name: string): Promise<CheckpointReport> {
  const pack = await store.begin();
  try {
    const before = await store.head();
    const { rows, skipped } = await readRows(copy);
    const { entries, wanted } = compare(before, rows, copy);
    const missing: CheckpointReport['skipped'] = [...skipped];
    for (let at = 0; at < wanted.length; at += BATCH) {
      await fetchContents(copy, wanted.slice(at, at + BATCH), { rows, before, entries, pack, missing });
    }
    const { size } = pack;
    await store.keep(pack);
    await store.add(name, await store.addManifest({ sandbox: copy.id, snapshot: copy.snapshot }, entries, before));
    return { files: wanted.length + countGone(before, entries), bytes: size, skipped: missing };
  } catch (error) {
    await pack.discard();
    throw error;
  }
}

/** What differs from the snapshot, by path. */
export async function readRows(copy: Copy): Promise<{ rows: Map<string, Row>; skipped: CheckpointReport['skipped'] }> {
  const answers = new Answers(await copy.states());
  const rows = new Map<string, Row>();
  const skipped: CheckpointReport['skipped'] = [];
  for (let line = await answers.next(stateLineSchema); line; line = await answers.next(stateLineSchema)) {
    if ('failed' in line) skipped.push({ path: line.path, reason: line.failed });
    else {
      if (rows.has(checkAnswered(line.path))) throw protocolError(`${JSON.stringify(line.path)} was told of twice`);
      rows.set(line.path, line);
    }
    if (rows.size + skipped.length > MAX_PATHS) throw tooLarge(`more than ${MAX_PATHS} paths differ from the snapshot`);
  }
  return { rows, skipped };
}

/** Entries that are still right, and the paths to ask about. */
function compare(
  before: Manifest | undefined,
  rows: ReadonlyMap<string, Row>,
  { id, snapshot }: Pick<Copy, 'id' | 'snapshot'>,
): { entries: Map<string, Entry>; wanted: Wanted[] } {
  const sameSnapshot = before?.snapshot === snapshot;
  const sameSandbox = sameSnapshot && before.sandbox === id;
  const entries = new Map<string, Entry>();
  const wanted: Wanted[] = [];
  for (const row of rows.values()) {
    const entry = before?.entries.get(row.path);
    if (entry && sameSnapshot && isUnchanged(entry, row, sameSandbox)) entries.set(row.path, entry);
    else wanted.push({ path: row.path, known: entry ? knownContent(entry) : null });
  }
  return { entries, wanted };
}

function isUnchanged(entry: Entry, row: Row, sameSandbox: boolean): boolean {
  if (!isDeepStrictEqual(entry.now, row.now)) return false;
  return row.now.kind !== 'file' || (sameSandbox && row.stamp !== null && row.stamp === entry.stamp);
}

function knownContent({ now, content }: Entry): Wanted['known'] {
  if (content === null || content === 'snapshot' || now.kind !== 'file') return null;
  return { size: now.size, sha256: content.sha256 };
}

interface Gathering {
  rows: ReadonlyMap<string, Row>;
  before: Manifest | undefined;
  entries: Map<string, Entry>;
  pack: PackWriter;
  missing: CheckpointReport['skipped'];
}

async function fetchContents(copy: Copy, wanted: readonly Wanted[], gathering: Gathering): Promise<void> {
  const { rows, before, entries, pack, missing } = gathering;
  const answers = new Answers(await copy.pack(wanted));
  for (const { path } of wanted) {
    const answer = await answers.expect(packedSchema);
    if (answer.path !== path) throw protocolError(`instead of ${JSON.stringify(path)} came another path`);
    try {
      if ('failed' in answer) throw new Unkept(answer.failed);
      const { now, content } = await contentOf(answer, answers, pack, before?.entries.get(path));
      entries.set(path, { path, now, stamp: rows.get(path)?.stamp ?? null, was: answer.was, content });
    } catch (error) {
      if (!(error instanceof Unkept)) throw error;
      missing.push({ path, reason: error.message });
    }
  }
}

/** One path's state cannot be kept; the others' can. */
class Unkept extends Error {}

async function contentOf(
  answer: Exclude<Packed, { failed: string }>,
  answers: Answers,
  pack: PackWriter,
  before: Entry | undefined,
): Promise<Pick<Entry, 'now' | 'content'>> {
  const { now, content } = answer;
  if ((now.kind === 'file') !== (content !== null)) throw protocolError('contents are of files, and files have one');
  if (now.kind !== 'file' || content === null) return { now, content: null };
  if (content === 'snapshot') return { now, content };
  if (content === 'bytes') {
    const added = await pack.add(chunksOf(answers, now.size, pack));
    return { now: { ...now, size: added.size }, content: added.content };
  }
  const known = before?.content;
  if (!known || known === 'snapshot' || before.now.kind !== 'file' || before.now.size !== now.size) {
    throw protocolError('a content is said to be known that is not');
  }
  return { now, content: known };
}

async function* chunksOf(answers: Answers, size: number, pack: PackWriter): AsyncGenerator<Buffer, void, undefined> {
  if (pack.size + size > MAX_BYTES) throw tooLarge(`it would take more than ${MAX_BYTES / 1024 ** 3} GiB`);
  let left = size;
  for (let chunk = await answers.expect(chunkSchema); ; chunk = await answers.expect(chunkSchema)) {
    if ('failed' in chunk) throw new Unkept(chunk.failed);
    if (chunk.bytes === 0) return;
    left -= chunk.bytes;
    if (left < 0) throw protocolError('a content is longer than was said');
    yield await answers.bytes(chunk.bytes);
  }
}

function countGone(before: Manifest | undefined, entries: ReadonlyMap<string, Entry>): number {
  return [...(before?.entries.keys() ?? [])].filter((path) => !entries.has(path)).length;
}

function tooLarge(why: string): SandboxError {
  return new SandboxError(
    'checkpoint-too-large',
    `The checkpoint cannot be made: ${why}.`,
    'Delete what can be made again, such as build output and caches, from the sandbox.',
  );
}
