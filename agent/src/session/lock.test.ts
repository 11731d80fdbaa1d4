import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';
import { isLocked, lock } from './lock.js';

function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cofferdam-lock-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'lock');
}

const busy = expect.objectContaining({ code: 'session-busy' });

test('holds until it is given back', () => {
  const file = newFile();
  const unlock = lock(file);
  expect(isLocked(file)).toBe(true);
  expect(() => lock(file)).toThrow(busy);
  unlock();
  expect(isLocked(file)).toBe(false);
  lock(file)();
});

test('the lock of a process that died is taken over', async () => {
  const file = newFile();
  const child = spawn('true');
  await once(child, 'exit');
  writeFileSync(file, `${child.pid} 1`);
  expect(isLocked(file)).toBe(false);
  lock(file);
  expect(isLocked(file)).toBe(true);
});

test.runIf(existsSync('/proc/self/stat'))('a living process with the number of the dead owner is not the owner', () => {
  const file = newFile();
  writeFileSync(file, `${process.pid} 1`);
  lock(file);
  expect(isLocked(file)).toBe(true);
});

test.runIf(existsSync('/proc/self/stat'))('an owner that is dead and not buried is dead', async () => {
  const file = newFile();
  // Its parent becomes a program that buries nobody.
  const parent = spawn('sh', ['-c', 'true & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void parent.kill());
  const pid = Number(String((await once(parent.stdout, 'data'))[0]));
  const state = () => /\) (.)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
  await expect.poll(state).toBe('Z');
  writeFileSync(file, `${pid} `);
  expect(isLocked(file)).toBe(false);
  lock(file)();
});

test('a lock that its owner is about to write its name into is held; one that nobody did in time is not', () => {
  const file = newFile();
  writeFileSync(file, '');
  expect(isLocked(file)).toBe(true);
  expect(() => lock(file)).toThrow(busy);
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(file, longAgo, longAgo);
  lock(file)();
});

test('of many that find a dead lock at once, one gets it', async () => {
  const file = newFile();
  writeFileSync(file, '999999999 1');
  // Every thread has the lock's code and this process's number: who is who shows in what they return.
  const source = `
    const { parentPort, workerData } = require('node:worker_threads');
    import(workerData.module).then(({ lock }) => {
      Atomics.add(workerData.gate, 0, 1);
      while (Atomics.load(workerData.gate, 0) < workerData.count);
      try { lock(workerData.file); parentPort.postMessage(true); } catch (error) {
        parentPort.postMessage(error.code === 'session-busy' ? false : String(error));
      }
    });`;
  const count = 2;
  const module = join(dirname(file), 'lock.mjs');
  const entryPoints = [fileURLToPath(new URL('lock.ts', import.meta.url))];
  await build({ entryPoints, bundle: true, platform: 'node', format: 'esm', outfile: module });
  for (let round = 0; round < 20; round++) {
    writeFileSync(file, '999999999 1');
    const gate = new Int32Array(new SharedArrayBuffer(4));
    const threads = Array.from(
      { length: count },
      () => new Worker(source, { eval: true, workerData: { module, file, gate, count } }),
    );
    const results = await Promise.all(threads.map(async (thread) => (await once(thread, 'message'))[0]));
    expect(results.filter((result) => result === true)).toHaveLength(1);
    expect(results.filter((result) => result === false)).toHaveLength(count - 1);
    rmSync(file);
  }
});
