// The real thing: a process that applies is killed at any moment, and the next start settles what it left.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bash, workspaceOf } from '../inside/testing.js';
import { Applied } from './applied.js';
import { applyChanges } from './apply.js';
import { recoverApplies } from './index.js';
import { session } from './testing.js';

const scratch = mkdtempSync(join(tmpdir(), 'crash-'));
const program = join(scratch, 'apply.mjs');

beforeAll(async () => {
  await build({
    stdin: {
      contents: `
        import { readFileSync } from 'node:fs';
        import { Applied } from './applied.js';
        import { applyChanges } from './apply.js';
        import { session } from './testing.js';
        const [workspaceRoot, journalDir, edits] = process.argv.slice(2);
        process.stdout.write('start');
        const applied = new Applied(journalDir + '.applied');
        await applyChanges({ workspaceRoot, journalDir, applied, ...session(JSON.parse(readFileSync(edits, 'utf8'))) });
        process.stdout.write('done');`,
      resolveDir: dirname(fileURLToPath(import.meta.url)),
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: program,
  });
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const count = 24;
const numbers = Array.from({ length: count }, (_, i) => i);
const old = 'old '.repeat(20_000);
const now = 'new '.repeat(25_000);
const edits = Object.fromEntries([
  ...numbers.map((i) => [`d${i % 4}/edited${i}`, { old, now }]),
  ...numbers.map((i) => [`made/${i}`, { old: null, now }]),
  ...numbers.map((i) => [`moved/${i}`, { old, now: old, from: `to-move/${i}` }]),
  ...numbers.map((i) => [`to-go/${i}`, { old, now: null }]),
  ['swap', { old, now: null }],
  ['swap/inner', { old: null, now }],
]);
const editsFile = join(scratch, 'edits.json');
writeFileSync(editsFile, JSON.stringify(edits));

function freshWorkspace(): string {
  const root = workspaceOf(`mkdir d0 d1 d2 d3 to-move to-go; yes 'old ' | tr -d '\\n' | head -c ${old.length} > swap
    for i in $(seq 0 ${count - 1}); do cp swap d$((i % 4))/edited$i; cp swap to-move/$i; cp swap to-go/$i; done`);
  return root;
}

function snapshot(root: string): string {
  return bash('find . -type f -exec sha256sum {} + | LC_ALL=C sort -k2; find . -type d | LC_ALL=C sort', root);
}

/** What is remembered of the changes of the runs with these journals: each path, and what the workspace has there. */
async function remembered(journalDir: string): Promise<string[]> {
  const applied = new Applied(`${journalDir}.applied`);
  const files = await applied.files();
  for (const { side } of files) if (side) await applied.content(side);
  return files.map(({ path, side }) => `${path} ${side?.sha256 ?? 'gone'}`).sort();
}

const everything = session(edits)
  .changes.flatMap(({ path, from, newSha256 }) => [
    `${path} ${newSha256 ?? 'gone'}`,
    ...(from === undefined ? [] : [`${from} gone`]),
  ])
  .sort();

function start(root: string, journalDir: string) {
  const child = spawn(process.execPath, [program, root, journalDir, editsFile], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { child, started: once(child.stdout, 'data'), ended: once(child, 'close') };
}

/** Runs the program and kills it after `delay` ms; undefined: lets it end. Answers how long it ran. */
async function run(root: string, journalDir: string, delay?: number): Promise<number> {
  const { child, started, ended } = start(root, journalDir);
  await started;
  const begin = performance.now();
  if (delay !== undefined) {
    await setTimeout(delay);
    child.kill('SIGKILL');
  }
  await ended;
  return performance.now() - begin;
}

test('a process killed at any moment leaves all or nothing, and what is remembered says which', {
  timeout: 300_000,
}, async () => {
  const root = freshWorkspace();
  const before = snapshot(root);
  const whole = await run(root, join(scratch, 'whole'));
  const after = snapshot(root);
  expect(after).not.toBe(before);

  for (let i = 0; i < 30; i += 1) {
    const victim = freshWorkspace();
    const journalDir = mkdtempSync(join(scratch, 'journals-'));
    await run(victim, journalDir, (whole * i) / 30);
    for (const { conflicts } of await recoverApplies(journalDir)) expect(conflicts).toEqual([]);
    expect([before, after]).toContain(snapshot(victim));
    expect(await remembered(journalDir)).toEqual(snapshot(victim) === before ? [] : everything);
    expect(await recoverApplies(journalDir)).toEqual([]);
    expect(readdirSync(journalDir)).toEqual([]);
  }
  for (let i = 0; i < 8; i += 1) {
    const staging = await cutShort('staging');
    expect(await recoverApplies(staging.journalDir)).toMatchObject([{ outcome: 'rolled-back', conflicts: [] }]);
    expect(snapshot(staging.root)).toBe(before);
    expect(await remembered(staging.journalDir)).toEqual([]);
    const committed = await cutShort('committed');
    expect(await recoverApplies(committed.journalDir)).toMatchObject([{ outcome: 'finished', conflicts: [] }]);
    expect(snapshot(committed.root)).toBe(after);
    expect(await remembered(committed.journalDir)).toEqual(everything);
  }
});

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // its run ended meanwhile
  }
}

/** A workspace and the journal of a run that was killed in this state. */
async function cutShort(state: 'staging' | 'committed'): Promise<{ root: string; journalDir: string }> {
  const holds = (file: string) => readIfThere(file).includes(`"state":"${state}","units":[{`);
  for (;;) {
    const root = freshWorkspace();
    const journalDir = mkdtempSync(join(scratch, 'journals-'));
    const reached = () =>
      readdirSync(journalDir).some((name) => name.endsWith('.json') && holds(join(journalDir, name)));
    const { child, ended } = start(root, journalDir);
    while (child.exitCode === null && !reached()) await setTimeout(1);
    child.kill('SIGKILL');
    await ended;
    if (reached()) return { root, journalDir };
  }
}

test('what the user edits between the crash and the next start is kept and reported', async () => {
  const { root, journalDir } = await cutShort('committed');
  bash('printf mine > d3/edited23; mkdir -p made to-go; printf mine > to-go/23; printf mine > made/23', root);
  const [recovery] = await recoverApplies(journalDir);
  expect(recovery?.conflicts.map(({ path }) => path).sort()).toEqual(['d3/edited23', 'made/23', 'to-go/23']);
  const mine = /^(d3\/edited23|made\/23|to-go\/23) /;
  expect(await remembered(journalDir)).toEqual(everything.filter((line) => !mine.test(line)));
  expect(bash('cat d3/edited23 to-go/23 made/23; find . -name ".cofferdam*"', root)).toBe('mine'.repeat(3));
});

test('nothing is applied on top of a run that was cut short', async () => {
  const { root, journalDir } = await cutShort('staging');
  const next = () => applyChanges({ workspaceRoot: root, journalDir, ...session({ x: { old: null, now: 'x' } }) });
  await expect(next()).rejects.toMatchObject({ code: 'apply-failed' });
  await recoverApplies(journalDir);
  expect((await next()).applied).toEqual(['x']);
});

test('a run whose process lives is left alone', async () => {
  const root = workspaceOf('printf x > a');
  const { changes, read } = session({ a: { old: 'x', now: 'y' } });
  const journalDir = mkdtempSync(join(scratch, 'journals-'));
  const report = await applyChanges({
    workspaceRoot: root,
    changes,
    journalDir,
    read: async (path) => {
      expect(await recoverApplies(journalDir)).toEqual([]);
      return read(path);
    },
  });
  expect(report.applied).toEqual(['a']);
});
