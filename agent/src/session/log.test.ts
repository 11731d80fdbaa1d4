import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
