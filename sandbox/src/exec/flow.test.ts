// Large and slow streams: nothing is lost, nothing piles up, nothing waits for something else.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test, vi } from 'vitest';
import { collect } from './collect.js';
import { WINDOW } from './protocol.js';
import { compileRunner, processesWith, startClient, uniqueSeconds } from './testing.js';

let runner: string;
beforeAll(async () => {
  runner = await compileRunner();
});

const MIB = 1024 * 1024;
const PIPE = 64 * 1024;

test('100 MB come out whole', async () => {
  const execution = startClient(runner).client.exec(['head', '-c', '100000000', '/dev/zero'], { maxOutputBytes: 1e9 });
  const { stdout, truncated } = await collect(execution, { maxBytes: 1e9 });
  expect(stdout.equals(Buffer.alloc(100_000_000))).toBe(true);
  expect(truncated).toBe(false);
});

test('50 MB go through stdin and come back', async () => {
  const block = createHash('sha512').update('x').digest();
  const input = Buffer.alloc(50 * MIB, block);
  const execution = startClient(runner).client.exec(['cat'], { stdin: true, maxOutputBytes: 1e9 });
  const [{ stdout }] = await Promise.all([
    collect(execution, { maxBytes: 1e9 }),
    pipeline(Readable.from([input]), execution.stdin),
  ]);
  expect(stdout.equals(input)).toBe(true);
});

test('a command stops when nobody reads its output, and the others go on', async () => {
  const { client } = startClient(runner);
  const marker = `marker-${uniqueSeconds()}`;
  const flood = client.exec(['sh', '-c', `yes ${marker}`], { maxOutputBytes: 1e12 });
  flood.stdout.once('readable', () => {});
  await once(flood.stdout, 'readable');
  const yes = async () => Math.max(...(await processesWith(marker)));
  const written = async () => Number(/^wchar: (\d+)/m.exec(await readFile(`/proc/${await yes()}/io`, 'utf8'))?.[1]);
  let before = -1;
  for (let now = await written(); now !== before; now = await written()) {
    before = now;
    await sleep(50);
  }
  expect(before).toBeLessThanOrEqual(WINDOW + MIB);
  expect((await client.exec(['true']).result).exitCode).toBe(0);

  for (let taken = 0; taken < 5 * MIB; ) {
    const chunk = flood.stdout.read();
    if (chunk) taken += chunk.length;
    else await once(flood.stdout, 'readable');
  }
  expect(flood.stdout.readableLength).toBeLessThanOrEqual(WINDOW + PIPE);
  flood.kill();
  flood.stdout.resume();
  expect(await flood.result).toMatchObject({ signal: 'SIGKILL' });
});

test('writing to stdin waits for the command to read', async () => {
  const execution = startClient(runner).client.exec(['sleep', '1000'], { stdin: true });
  let taken = 0;
  const source = Readable.from(
    (function* () {
      for (;;) {
        taken += PIPE;
        yield Buffer.alloc(PIPE);
      }
    })(),
  );
  const fed = pipeline(source, execution.stdin).catch((error: NodeJS.ErrnoException) => error.code);
  await vi.waitFor(() => expect(taken).toBeGreaterThan(WINDOW), { timeout: 10_000 });
  await sleep(200);
  expect(taken).toBeLessThanOrEqual(WINDOW + MIB);
  execution.kill();
  await execution.result;
  expect(await fed).toBe('ERR_STREAM_PREMATURE_CLOSE');
});

test('a command that closes its stdin ends the writing, and runs on', async () => {
  const execution = startClient(runner).client.exec(['sh', '-c', 'exec 0<&-; sleep 0.2; echo done'], { stdin: true });
  await once(execution.stdin, 'close');
  expect((await collect(execution, { maxBytes: 100 })).stdout.toString()).toBe('done\n');
});

test('output beyond the limit is counted and dropped, the command is not held up', async () => {
  const execution = startClient(runner).client.exec(['sh', '-c', 'head -c 3000000 /dev/zero; echo whole >&2'], {
    maxOutputBytes: 1000,
  });
  const { stdout, stderr, ...result } = await collect(execution, { maxBytes: 1e6 });
  expect([stdout.length, stderr.toString()]).toEqual([1000, 'whole\n']);
  expect(result).toMatchObject({ exitCode: 0, truncated: true, stdoutBytes: 3_000_000, stderrBytes: 6 });
});

test('collecting less than there is keeps the beginning', async () => {
  const { stdout, ...result } = await collect(startClient(runner).client.exec(['seq', '1000000']), { maxBytes: 6 });
  expect(stdout.toString()).toBe('1\n2\n3\n');
  expect(result).toMatchObject({ exitCode: 0, truncated: true, stdoutBytes: 6_888_896 });
});

test('a destroyed stream does not hold the command up', async () => {
  const execution = startClient(runner).client.exec(['head', '-c', '5000000', '/dev/zero']);
  execution.stdout.destroy();
  expect(await execution.result).toMatchObject({ exitCode: 0, truncated: false, stdoutBytes: 5_000_000 });
});

test('fifty floods share the channel', async () => {
  const { client } = startClient(runner);
  const executions = Array.from({ length: 50 }, () => client.exec(['head', '-c', '1000000', '/dev/zero']));
  const results = await Promise.all(executions.map((execution) => collect(execution, { maxBytes: 1e7 })));
  expect(results.map(({ stdout }) => stdout.length)).toEqual(Array(50).fill(1_000_000));
});
