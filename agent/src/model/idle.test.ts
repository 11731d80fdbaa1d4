import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { failWhenIdle } from './idle.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Reads all there is, and says how it ended. */
function read(stream: TransformStream<Uint8Array, Uint8Array>) {
  const writer = stream.writable.getWriter();
  const seen: number[] = [];
  const outcome = (async () => {
    for await (const chunk of stream.readable) seen.push(...chunk);
    return 'ended';
  })().catch((error: Error) => error.message);
  return { writer, seen, outcome };
}

test('any byte within the limit keeps a stream alive, however long it takes in all', async () => {
  const { writer, seen, outcome } = read(failWhenIdle(1000));
  for (let i = 0; i < 5; i++) {
    await vi.advanceTimersByTimeAsync(999);
    await writer.write(Uint8Array.of(i));
  }
  await writer.close();
  expect(await outcome).toBe('ended');
  expect(seen).toEqual([0, 1, 2, 3, 4]);
});

test.each([0, 1])('silence after %i chunks is an error, and the source is told', async (chunks) => {
  const { writer, seen, outcome } = read(failWhenIdle(1000));
  for (let i = 0; i < chunks; i++) await writer.write(Uint8Array.of(i));
  const closed = writer.closed.catch((error: Error) => error.message);
  await vi.advanceTimersByTimeAsync(1000);
  expect(await outcome).toBe('The API sent nothing for 1 s');
  expect(await closed).toBe('The API sent nothing for 1 s');
  expect(seen).toHaveLength(chunks);
});
