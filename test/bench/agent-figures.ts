// The figures that the agent is held to: how much it adds to a turn, what long sessions cost, how soon it asks.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { say, startMessagesApi, type Turn } from '../fakes/messages-api/index.js';
import { bundleChild } from '../support/bundle-child.js';
import { alternate, type Figure, figure, type Samples } from './pairs.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const program = join(root, 'agent/bin/cofferdam.js');
const turnsARun = 100;
const longSession = 1_000;
const listedSessions = 500;

export async function agentFigures({ home, small }: { home: string; small: string }): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'cofferdam-bench-child-'));
  try {
    const child = await bundled(folder);
    return [
      ...(await turnFigures(child)),
      ...(await longFigures(child)),
      ...(await startFigures(home, small)),
      ...(await listFigures(child, folder)),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The program that measures in a process of its own, with the agent in it. */
async function bundled(folder: string): Promise<(mode: string, count: number, home?: string) => Promise<unknown>> {
  const outfile = join(folder, 'agent-child.mjs');
  await bundleChild(root, 'test/bench/agent-child.ts', outfile);
  return async (mode, count, home = '') => {
    const args = ['--expose-gc', outfile, mode, String(count), home].filter(Boolean);
    return JSON.parse((await promisify(execFile)(process.execPath, args, { maxBuffer: 64 * 2 ** 20 })).stdout);
  };
}

/** From the last byte of an answer with three parallel calls to the next request, each call on a server of its own process. */
async function turnFigures(child: Awaited<ReturnType<typeof bundled>>): Promise<Figure[]> {
  const samples: Samples = { ours: [], peers: [] };
  for (let run = 0; run < 5; run += 1) {
    samples.ours.push(...((await child('turns', turnsARun)) as number[]));
    samples.peers.push(...((await child('bare', turnsARun)) as number[]).slice(1));
  }
  const about = { peer: 'the same loop on the SDKs alone', unit: 'ms', limits: 'ours' } as const;
  return [
    figure({ ...about, name: 'between two requests, three calls, p50', limit: 10 }, samples),
    figure({ ...about, name: 'between two requests, three calls, p99', limit: 50 }, samples, 0.99),
  ];
}

interface Long {
  points: { turn: number; heapMb: number; logBytes: number }[];
  resumeMs: number;
}

async function longFigures(child: Awaited<ReturnType<typeof bundled>>): Promise<Figure[]> {
  const { points, resumeMs } = (await child('long', longSession)) as Long;
  const heaps = points.map(({ heapMb }) => heapMb);
  const perTurn = points.map(({ turn, logBytes }) => logBytes / turn / 1024);
  // Each hundred turns beside the first: a line that bends has one that differs.
  const steps = points.map(({ logBytes }, i) => (logBytes - (points[i - 1]?.logBytes ?? 0)) / 100 / 1024);
  const one = (value: number) => [value];
  const first = `at turn ${points[0]?.turn}`;
  return [
    figure(
      { name: `memory at turn ${longSession}`, peer: first, unit: 'MB', limit: 1.2 },
      { ours: one(Math.max(...heaps)), peers: one(heaps[0] ?? 0) },
    ),
    figure(
      { name: 'log, kB a turn', peer: first, unit: 'kB', limit: 1.05 },
      { ours: one(perTurn.at(-1) ?? 0), peers: one(perTurn[0] ?? 0) },
    ),
    figure(
      { name: 'log, kB a turn, of the hundred with most', peer: 'that with least', unit: 'kB', limit: 1.1 },
      { ours: one(Math.max(...steps)), peers: one(Math.min(...steps)) },
    ),
    figure(
      { name: `coming back to ${longSession} turns`, peer: 'the limit', unit: 'ms', limit: 500, limits: 'ours' },
      { ours: one(resumeMs), peers: one(500) },
    ),
  ];
}

/** `cofferdam sessions list`, the first time and from then on, beside a start that does nothing. */
async function listFigures(child: Awaited<ReturnType<typeof bundled>>, folder: string): Promise<Figure[]> {
  const home = join(folder, 'home');
  await child('sessions', listedSessions, home);
  const env = { PATH: process.env['PATH'], COFFERDAM_HOME: home };
  const run = async (...args: string[]) => {
    const start = performance.now();
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], { env, maxBuffer: 2 ** 24 });
    return { ms: performance.now() - start, lines: stdout.split('\n').length - 1 };
  };
  const list = async () => {
    const { ms, lines } = await run('sessions', 'list');
    if (lines !== listedSessions) throw new Error(`${lines} sessions are listed.`);
    return ms;
  };
  const about = { peer: 'a start that does nothing', unit: 'ms', limits: 'added' } as const;
  const nothing = async () => (await run('--help')).ms;
  const first = { ours: [await list()], peers: [await nothing()] };
  return [
    figure({ ...about, name: `listing ${listedSessions} sessions for the first time`, limit: 2_000 }, first),
    figure({ ...about, name: `listing ${listedSessions} sessions`, limit: 300 }, await alternate(7, list, nothing)),
  ];
}

/** `cofferdam run` until the model is asked, beside `cofferdam sandbox open` of the same workspace. */
async function startFigures(home: string, workspace: string): Promise<Figure[]> {
  const api = await startMessagesApi(Array<Turn>(100).fill(say('Hello.')));
  const { PATH = '', HOME = '', DOCKER_HOST } = process.env;
  const env = {
    PATH,
    HOME,
    ...(DOCKER_HOST !== undefined && { DOCKER_HOST }),
    COFFERDAM_HOME: home,
    ANTHROPIC_API_KEY: 'any',
    ANTHROPIC_BASE_URL: api.url,
  };
  const cofferdam = async (...args: string[]) => {
    const start = performance.now();
    const child = spawn(process.execPath, [program, ...args], { env, stdio: ['ignore', 'pipe', 'ignore'] });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    await once(child, 'close');
    return { start, ms: performance.now() - start, stdout };
  };
  const open = async () => {
    const { ms, stdout } = await cofferdam('sandbox', 'open', '--workspace', workspace, '--json');
    await cofferdam('sandbox', 'close', (JSON.parse(stdout) as { id: string }).id);
    return ms;
  };
  const firstRequest = async () => {
    const before = api.requests.length;
    const options = ['--workspace', workspace, '--json', '--apply', 'none', '--approve', 'all'];
    const { start, stdout } = await cofferdam('run', 'Say hello', ...options);
    const id = /"kind":"sandbox","id":"(\w+)"/.exec(stdout)?.[1];
    if (id !== undefined) await cofferdam('sandbox', 'close', id);
    return (api.requests[before]?.at ?? Number.NaN) - start;
  };
  try {
    await open();
    await firstRequest();
    const samples = await alternate(7, firstRequest, open);
    const about = { peer: 'a warm sandbox open', unit: 'ms', limit: 700, limits: 'added' } as const;
    return [figure({ ...about, name: 'start to first request' }, samples)];
  } finally {
    await api.close();
  }
}
