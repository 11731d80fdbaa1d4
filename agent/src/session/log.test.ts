import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';
import type { SessionEvent } from './events.js';
import { openLog, readLog } from './log.js';

function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cofferdam-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'sessions', 'events.jsonl');
}

const says = (text: string): SessionEvent => ({ kind: 'message', from: 'user', content: [{ type: 'text', text }] });

const said = (text: string) => ({ content: [{ text }] });

function logOf(file: string, ...events: SessionEvent[]): string {
  const log = openLog(file, () => new Date(0));
  for (const event of events) log.append(event);
  log.close();
  return file;
}

test('an event is on disk as soon as append returns', () => {
  const file = newFile();
  const log = openLog(file, () => new Date(0));
  log.append(says('zwei\nZeilen'));
  expect(readFileSync(file, 'utf8')).toBe(
    '{"time":"1970-01-01T00:00:00.000Z","kind":"message","from":"user","content":[{"type":"text","text":"zwei\\nZeilen"}]}\n',
  );
  log.close();
});

test('what was written is read again', () => {
  const file = logOf(newFile(), says('a'), says('b'));
  const log = openLog(file);
  expect(log.read()).toMatchObject([said('a'), said('b')]);
  log.close();
});

test('a torn last line is cut off, and the next event begins a line of its own', () => {
  const file = logOf(newFile(), says('a'));
  appendFileSync(file, '{"kind":"message","text":"ü'.slice(0, -1));
  expect(readLog(file)).toHaveLength(1);
  logOf(file, says('b'));
  expect(readLog(file)).toMatchObject([said('a'), said('b')]);
});

test('a bad line in the middle is named', () => {
  const file = logOf(newFile(), says('a'));
  appendFileSync(file, '{"kind":"nonsense"}\n');
  expect(() => readLog(file)).toThrow(/Line 2 of .* is not an event/);
  expect(() => readLog(file)).toThrow(expect.objectContaining({ code: 'session-damaged' }));
});

test('two writers at once are refused; a lock that a dead process left is not in the way', () => {
  const file = newFile();
  const log = openLog(file);
  expect(() => openLog(file)).toThrow(expect.objectContaining({ code: 'session-busy' }));
  log.close();
  writeFileSync(`${file}.lock`, '999999999');
  openLog(file).close();
});

test('nobody else may read it', () => {
  expect(statSync(logOf(newFile())).mode & 0o077).toBe(0);
});

test('a full disk: the event has not happened, nor any with it, and what was before it stays whole', async () => {
  const file = newFile();
  const module = join(dirname(dirname(file)), 'log.mjs');
  const entryPoints = [fileURLToPath(new URL('log.ts', import.meta.url))];
  const alias = { '@cofferdam/sandbox': fileURLToPath(new URL('../../../sandbox/src/paths.ts', import.meta.url)) };
  await build({
    entryPoints,
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: module,
    treeShaking: true,
    alias,
    external: ['*.node'],
  });
  // A limit on the size of files fails in the middle of a write, as a disk without room does.
  const script = `
    const { openLog } = await import(${JSON.stringify(module)});
    const log = openLog(${JSON.stringify(file)});
    const says = (text) => ({ kind: 'message', from: 'user', content: [{ type: 'text', text }] });
    try {
      for (let i = 0; ; i++) log.append(says('x'.repeat(600)));
    } catch (error) {
      console.log(error.code, error.remedy);
      try {
        log.append(says('fits'), says('x'.repeat(600)));
      } catch {
        log.append(says('short'));
      }
    }`;
  const limited = ['-c', 'ulimit -f 4; exec "$@"', 'sh', process.execPath, '--input-type=module', '--eval', script];
  const printed = execFileSync('bash', limited, { encoding: 'utf8' });
  expect(printed).toBe('session-write Make room on the disk, then resume the session.\n');
  const events = readLog(file);
  expect(events.length).toBeGreaterThan(3);
  expect(events.slice(-2)).toMatchObject([said('x'.repeat(600)), said('short')]);
});
