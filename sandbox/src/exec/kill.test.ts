// Nothing of a command outlives it, whatever it tries.
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { compileRunner, processesWith, startClient, uniqueSeconds } from './testing.js';

let runner: string;
beforeAll(async () => {
  runner = await compileRunner();
});

/** In a command line, it marks the processes of the test that runs. */
let seconds: string;
beforeEach(() => {
  seconds = uniqueSeconds();
});
const survivors = () => processesWith(seconds);

const daemon = () =>
  `setsid nohup sh -c 'trap "" TERM HUP INT; (sleep ${seconds} &) ; sleep ${seconds}' >/dev/null 2>&1 </dev/null &`;

describe('the time limit ends', () => {
  test.each([
    ['a command', () => `exec sleep ${seconds}`],
    ['one that ignores signals', () => `trap "" TERM INT HUP; sleep ${seconds} & sleep ${seconds}`],
    ['its daemons', () => `${daemon()} sleep ${seconds}`],
    ['background children that hold the pipes', () => `sleep ${seconds} & sleep ${seconds} & wait`],
    ['stopped processes', () => `sleep ${seconds} & kill -STOP $!; kill -STOP $$`],
    ['one that stopped its supervisor', () => `kill -STOP $PPID; sleep ${seconds}`],
  ])('%s', async (_, script) => {
    const execution = startClient(runner).client.exec(['sh', '-c', script()], { timeoutMs: 300 });
    expect(await execution.result).toMatchObject({ timedOut: true, exitCode: null, signal: 'SIGKILL' });
    expect(await survivors()).toEqual([]);
  });
});

test('what a command leaves in the background ends with it', async () => {
  const execution = startClient(runner).client.exec(['sh', '-c', `${daemon()} sleep ${seconds} & echo done; exit 4`]);
  expect(await text(execution.stdout)).toBe('done\n');
  expect(await execution.result).toMatchObject({ exitCode: 4, signal: null, timedOut: false });
  expect(await survivors()).toEqual([]);
});

test('kill() ends the tree, and only this one', async () => {
  const { client } = startClient(runner);
  const other = client.exec(['cat'], { stdin: true });
  const execution = client.exec(['sh', '-c', `${daemon()} echo up; sleep ${seconds}`]);
  await once(execution.stdout, 'data');
  execution.kill();
  expect(await execution.result).toMatchObject({ signal: 'SIGKILL', timedOut: false });
  expect(await survivors()).toEqual([]);
  other.stdin.end('still here');
  expect(await text(other.stdout)).toBe('still here');
});

test('kill() knows the signals of Linux, not of the host', () => {
  const execution = startClient(runner).client.exec(['true']);
  expect(() => execution.kill('SIGINFO')).toThrow(expect.objectContaining({ code: 'exec-failed' }));
});

test('aborting ends the tree', async () => {
  const controller = new AbortController();
  const execution = startClient(runner).client.exec(['sleep', seconds], { signal: controller.signal });
  await vi.waitFor(async () => expect(await survivors()).toHaveLength(1), { timeout: 20_000 });
  controller.abort();
  expect(await execution.result).toMatchObject({ signal: 'SIGKILL', timedOut: false });
  expect(await survivors()).toEqual([]);
});

test('a process that always forks and dies is caught', async () => {
  const hop = `echo $$; sh "$0" ${seconds} & exit 0`;
  const execution = startClient(runner).client.exec(['sh', '-c', `f=$(mktemp); echo '${hop}' > $f; sh $f; sleep 1000`]);
  const hops = createInterface(execution.stdout);
  const seen = new Set<string>();
  for await (const pid of hops) if (seen.add(pid).size === 50) break;
  execution.stdout.destroy();
  execution.kill();
  expect(await execution.result).toMatchObject({ signal: 'SIGKILL' });
  expect(await survivors()).toEqual([]);
});

test.skipIf(process.getuid?.() !== 0)(
  'a fork bomb at its process limit is killed, and the runner works on',
  async () => {
    const user = ['setpriv', '--reuid=54321', '--regid=54321', '--clear-groups', 'prlimit', '--nproc=60'];
    const { client } = startClient(runner, { prefix: user });
    const bomb = client.exec(['bash', '-c', `bomb() { bomb ${seconds} | bomb & }; bomb; sleep ${seconds}`]);
    bomb.stdout.resume();
    bomb.stderr.resume();
    const refused = () =>
      expect(client.exec(['true']).result).rejects.toMatchObject({ message: expect.stringContaining('process limit') });
    await vi.waitFor(refused, { timeout: 20_000 });
    expect((await survivors()).length).toBeGreaterThan(30);
    bomb.kill();
    expect(await bomb.result).toMatchObject({ signal: 'SIGKILL' });
    expect(await survivors()).toEqual([]);
    expect(await client.exec(['true']).result).toMatchObject({ exitCode: 0 });
  },
);

test('killing the supervisor does not set the tree free', async () => {
  const { client } = startClient(runner);
  const other = client.exec(['cat'], { stdin: true });
  const execution = client.exec(['sh', '-c', `${daemon()} sleep 0.2; kill -KILL $PPID; sleep ${seconds}`]);
  expect(await execution.result).toMatchObject({ exitCode: null, signal: 'SIGKILL', timedOut: false });
  expect(await survivors()).toEqual([]);
  other.stdin.end('still here');
  expect(await text(other.stdout)).toBe('still here');
});

test('a pipe end that another command got hold of does not keep the first one open', async () => {
  const { client } = startClient(runner);
  const first = client.exec(['sh', '-c', 'echo $$; exec sleep 0.5']);
  const [pid] = await once(first.stdout, 'data');
  const flood = `exec 9>/proc/${String(pid).trim()}/fd/1; echo open; while echo noise >&9; do :; done`;
  const thief = client.exec(['sh', '-c', flood]);
  await once(thief.stdout, 'data');
  first.stdout.resume();
  expect(await first.result).toMatchObject({ exitCode: 0 });
  expect(await thief.result).toMatchObject({ signal: 'SIGPIPE' });
});
