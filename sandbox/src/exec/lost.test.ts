// Either side of the channel may vanish, stand still or lie.
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { encodeCredit, encodePing, encodeStart, encodeStdin, FrameDecoder, WINDOW } from './protocol.js';
import { RunnerClient } from './runner-client.js';
import { compileRunner, processesWith, serve, startClient, uniqueSeconds } from './testing.js';

let runner: string;
beforeAll(async () => {
  runner = await compileRunner();
});

let seconds: string;
beforeEach(() => {
  seconds = uniqueSeconds();
});
const nothingSurvives = () =>
  vi.waitFor(async () => expect(await processesWith(seconds)).toEqual([]), { timeout: 20_000 });
const tree = () => ['sh', '-c', `setsid nohup sleep ${seconds} >/dev/null 2>&1 & echo up; sleep ${seconds}`];
const request = { env: {}, cwd: '', timeoutMs: 0, maxOutputBytes: 1000, stdin: true };
const start = (id: number, argv: readonly string[]) => encodeStart(id, { ...request, argv });

describe('the client learns of a runner that', () => {
  test('was killed, and the trees are gone too', async () => {
    // Again and again: a supervisor that is about to report must not die of it.
    for (let round = 0; round < 30; round += 1) {
      const { client, child } = startClient(runner);
      const executions = [client.exec(tree()), client.exec(tree())];
      for (const execution of executions) await once(execution.stdout, 'data');
      child.kill('SIGKILL');
      for (const execution of executions) await expect(execution.result).rejects.toMatchObject({ code: 'runner-lost' });
      await client.closed;
      await expect(client.exec(['true']).result).rejects.toMatchObject({ code: 'runner-lost' });
    }
    await nothingSurvives();
  });

  test('was stopped by a command', async () => {
    const { client, child } = startClient(runner, { heartbeatMs: 50 });
    const execution = client.exec(['sh', '-c', `kill -STOP ${child.pid}; sleep ${seconds}`]);
    await expect(execution.result).rejects.toMatchObject({
      code: 'runner-lost',
      message: expect.stringContaining('does not answer'),
    });
    child.kill('SIGCONT');
    await nothingSurvives();
  });

  test('is alive but silent, which is no loss', async () => {
    const { client } = startClient(runner, { heartbeatMs: 200 });
    expect(await client.exec(['sleep', '1.5']).result).toMatchObject({ exitCode: 0 });
  });

  test.each<[string, Buffer]>([
    ['speaks another version', Buffer.from([64, 0, 0, 0, 0, 4, 0, 0, 0, 99, 0, 0, 0])],
    ['is no runner at all', Buffer.from('sh: runner: not found\n')],
    [
      'speaks of commands that do not run',
      Buffer.from([64, 0, 0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0, 69, 7, 0, 0, 0, 0, 0, 0, 0]),
    ],
    ['cannot kill a tree', Buffer.from([64, 0, 0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0, 71, 1, 0, 0, 0, 0, 0, 0, 0])],
  ])('%s', async (_, bytes) => {
    const output = new PassThrough();
    const client = new RunnerClient({ input: new PassThrough(), output });
    const execution = client.exec(['true']);
    output.write(bytes);
    await expect(execution.result).rejects.toMatchObject({ code: 'runner-lost' });
    await client.closed;
  });
});

describe('the runner ends, and every tree with it, when', () => {
  test('the client closes', async () => {
    const { client, child } = startClient(runner);
    const execution = client.exec(tree());
    await once(execution.stdout, 'data');
    await client.close();
    await expect(execution.result).rejects.toMatchObject({
      code: 'runner-lost',
      message: expect.stringContaining('closed'),
    });
    expect(await text(execution.stdout)).toBe('');
    expect(child.exitCode ?? (await once(child, 'exit'))[0]).toBe(0);
    await nothingSurvives();
  });

  test.each(['stdin', 'stdout'] as const)('its %s breaks', async (stream) => {
    const child = serve(runner);
    child.stdin.write(start(1, tree()));
    await vi.waitFor(async () => expect((await processesWith(seconds)).length).toBeGreaterThan(2), { timeout: 20_000 });
    child[stream].destroy();
    if (stream === 'stdin') child.stdout.resume();
    expect(await once(child, 'exit')).toEqual([0, null]);
    await nothingSurvives();
  });

  const header = (type: number, length: number) =>
    Buffer.from([type, 1, 0, 0, 0, length & 255, (length >> 8) & 255, length >> 16, 0]);
  test.each<[string, Buffer]>([
    ['is of no known type', header(99, 0)],
    ['is longer than allowed', header(1, 0xffffff)],
    ['is a START that ends too early', Buffer.concat([header(1, 5), Buffer.alloc(5)])],
    [
      'is a START with fewer strings than it says',
      Buffer.concat([header(1, 28), Buffer.alloc(17), Buffer.from([200, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('\0x\0')]),
    ],
    [
      'is a START with a million arguments',
      Buffer.concat([
        header(1, 28),
        Buffer.alloc(17),
        Buffer.from([255, 255, 15, 0, 255, 255, 255, 255]),
        Buffer.from('\0x\0'),
      ]),
    ],
    [
      'is a START with a string that does not end',
      Buffer.concat([header(1, 28), Buffer.alloc(17), Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('\0xx')]),
    ],
    ['is a START for an id that runs', start(9, ['true'])],
    ['gives more credit than the window', encodeCredit(9, 'stdout', WINDOW + 1)],
    ['is a CREDIT for no stream', Buffer.concat([header(5, 5), Buffer.from([3, 1, 0, 0, 0])])],
    ['sends more stdin than the window', encodeStdin(9, Buffer.alloc(WINDOW + 1))],
    ['is a SIGNAL of no signal', Buffer.concat([header(4, 1), Buffer.from([65])])],
  ])('a frame %s', async (_, frame) => {
    const child = serve(runner);
    const diagnostics = buffer(child.stderr);
    child.stdin.write(Buffer.concat([start(9, tree()), frame]));
    expect(await once(child, 'exit')).toEqual([70, null]);
    expect(String(await diagnostics)).toMatch(/^runner: .+\n$/);
    await nothingSurvives();
  });

  test.each([1, 3, 8, 10])('frames come in pieces of %i bytes, which is no reason', async (size) => {
    const child = serve(runner);
    const frame = start(1, ['echo', 'whole']);
    for (let at = 0; at < frame.length; at += size) {
      child.stdin.write(frame.subarray(at, at + size));
      await new Promise(setImmediate);
    }
    for await (const bytes of child.stdout) if (String(bytes).includes('whole')) return;
    expect.fail('the command never answered');
  });
});

test('a client that does not read for a while finds everything in its place', async () => {
  const child = serve(runner);
  const pings = 100_000;
  const commands = 30;
  for (let id = 1; id <= commands; id++) {
    child.stdin.write(
      encodeStart(id, { ...request, argv: ['head', '-c', '200000', '/dev/zero'], maxOutputBytes: WINDOW }),
    );
  }
  child.stdin.write(Buffer.concat(Array(pings).fill(encodePing())));
  await sleep(300);

  const decoder = new FrameDecoder();
  const counts = { pong: 0, exit: 0, bytes: 0 };
  for await (const bytes of child.stdout) {
    for (const frame of decoder.decode(bytes)) {
      if (frame.type === 'pong' || frame.type === 'exit') counts[frame.type] += 1;
      if (frame.type === 'stdout') counts.bytes += frame.bytes.length;
    }
    if (counts.pong === pings && counts.exit === commands) break;
  }
  expect(counts).toEqual({ pong: pings, exit: commands, bytes: commands * 200_000 });
});

test('a command that was over when a frame for it arrived is no reason to end', async () => {
  const { client } = startClient(runner);
  const execution = client.exec(['true'], { stdin: true });
  await execution.result;
  execution.kill();
  expect(await client.exec(['true']).result).toMatchObject({ exitCode: 0 });
});
