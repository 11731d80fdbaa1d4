// Brings a copy back to a checkpoint.
import type { Readable, Writable } from 'node:stream';
import { gathered } from '../changes/gathered.js';
import { lost } from '../changes/protocol.js';
import { SandboxError } from '../errors.js';
import { Answers, type Copy } from './copy.js';
import { readRows } from './make.js';
import { type PlannedStep, planRestore } from './plan.js';
import { type Conflict, outcomeSchema } from './state.js';
import type { CheckpointStore } from './store.js';

export interface RestoreReport {
  /** Entries that were written or given their mode. */
  restored: number;
  /** Entries that were removed because they were not there then. */
  removed: number;
  /** Paths that were left alone, and why. */
  conflicts: Conflict[];
}

/**
 * Gives every path of the copy the state it had at the checkpoint, in the live workspace, whatever runs there. On another
 * snapshot than the checkpoint's, a path that the snapshot has otherwise now is left alone and reported. When it fails
 * in the middle, doing it again ends right. Throws `checkpoint-not-found`, `checkpoint-damaged`, `disk-full`,
 * `workspace-unusable`, `protocol`, `runner-lost`.
 */
export async function restoreCheckpoint(copy: Copy, store: CheckpointStore, name: string): Promise<RestoreReport> {
  const checkpoint = await store.load(name);
  const { rows, skipped } = await readRows(copy);
  const steps = planRestore(checkpoint, rows, copy);
  const report = await carryOut(copy, store, steps);
  await store.setHead(checkpoint);
  const unseen = skipped.map(({ path, reason }) => ({ path, reason: `it could not be looked at: ${reason}` }));
  return { ...report, conflicts: [...report.conflicts, ...unseen] };
}

async function carryOut(copy: Copy, store: CheckpointStore, steps: readonly PlannedStep[]): Promise<RestoreReport> {
  if (steps.length === 0) return { restored: 0, removed: 0, conflicts: [] };
  await store.expectContents(steps.flatMap(({ kept }) => kept ?? []));
  const { input, output } = await copy.restore();
  const stop = () => {
    input.destroy();
    output.destroy();
  };
  input.on('error', () => {}); // comes with the write that failed, too
  const answer = readOutcome(output).finally(stop);
  const sending = send(steps, store, input).catch((error: unknown) => {
    stop();
    throw error;
  });
  const [answered, sent] = await Promise.allSettled([answer, sending]);
  // Each end may fail because of the other: what the program said, then what we know, then that it is gone.
  if (answered.status === 'fulfilled') return answered.value;
  if (sent.status === 'rejected' && sent.reason instanceof SandboxError) throw sent.reason;
  throw answered.reason;
}

async function readOutcome(output: Readable): Promise<RestoreReport> {
  const answers = new Answers(output);
  const conflicts: Conflict[] = [];
  for (;;) {
    const answer = await answers.next(outcomeSchema).catch((error: unknown) => {
      throw error instanceof SandboxError ? error : lost(error);
    });
    if (answer === undefined) throw lost();
    if ('code' in answer) throw new SandboxError(answer.code, answer.message, answer.remedy);
    if ('restored' in answer) return { ...answer, conflicts };
    conflicts.push(answer);
  }
}

async function send(steps: readonly PlannedStep[], store: CheckpointStore, input: Writable): Promise<void> {
  for await (const bytes of gathered(messages(steps, store))) await write(input, bytes);
}

async function* messages(steps: readonly PlannedStep[], store: CheckpointStore): AsyncGenerator<Buffer> {
  for (const { kept, ...step } of steps) {
    yield Buffer.from(`${JSON.stringify(step)}\n`);
    if (kept) yield* store.content(kept);
  }
  yield Buffer.from(`${JSON.stringify({ end: true })}\n`);
}

function write(input: Writable, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => input.write(bytes, (error) => (error ? reject(error) : resolve())));
}
