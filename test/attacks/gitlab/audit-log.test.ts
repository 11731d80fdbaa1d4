// A person who may write the files of the audit log, and does: whatever they change, verification names the file.
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { openAuditLog, verifyLogs } from '@cofferdam/mcp-servers/audit';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../support/workspaces.js';
import { seeded } from './support.js';

/** A log with some events, ended or not, and its files. */
function logged({ events = 8, closed = true } = {}) {
  const home = temporaryFolder();
  const log = openAuditLog({ home, name: 'files' });
  for (let i = 0; i < events; i += 1)
    log.append({ kind: 'request', target: `/projects/42/issues/${i}`, status: 200, decision: 'allowed' });
  if (closed) log.close();
  const folder = join(home, 'audit', readdirSync(join(home, 'audit')).find((name) => /^\d/.test(name)) ?? '');
  const path = join(folder, `${log.writer}.jsonl`);
  return { home, path, head: path.replace(/jsonl$/, 'head') };
}

async function verdict(home: string) {
  const reports = [];
  for await (const report of verifyLogs(home)) reports.push(report);
  return reports;
}

test('any byte that is changed, put in, or taken out of any line is found, and so is any cut', async () => {
  const { home, path } = logged();
  const whole = readFileSync(path);
  const random = seeded(1);
  const at = () => Math.floor(random() * whole.length);
  const mutations: ((bytes: Buffer) => Buffer)[] = [
    (bytes) => {
      const copy = Buffer.from(bytes);
      const where = at();
      copy[where] = (copy[where] ?? 0) ^ (1 << Math.floor(random() * 8));
      return copy;
    },
    (bytes) => {
      const where = at();
      return Buffer.concat([bytes.subarray(0, where), Buffer.from(' '), bytes.subarray(where)]);
    },
    (bytes) => {
      const where = at();
      return Buffer.concat([bytes.subarray(0, where), Buffer.from('\n'), bytes.subarray(where)]);
    },
    (bytes) => {
      const [from, to] = [at(), at()].sort((a, b) => a - b) as [number, number];
      return Buffer.concat([bytes.subarray(0, from), bytes.subarray(Math.max(to, from + 1))]);
    },
    (bytes) => bytes.subarray(0, at()),
    (bytes) => {
      const lines = bytes.toString().trimEnd().split('\n');
      const [one, other] = [Math.floor(random() * lines.length), Math.floor(random() * lines.length)];
      const moved = lines.splice(one, 1);
      lines.splice(one === other ? (other + 1) % (lines.length + 1) : other, 0, ...moved);
      return Buffer.from(`${lines.join('\n')}\n`);
    },
    (bytes) => {
      const lines = bytes.toString().trimEnd().split('\n');
      lines.splice(Math.floor(random() * lines.length), 0, lines[Math.floor(random() * lines.length)] ?? '');
      return Buffer.from(`${lines.join('\n')}\n`);
    },
    (bytes) => Buffer.concat([bytes, bytes]),
    (bytes) => Buffer.concat([bytes, Buffer.from('\0')]),
    (bytes) => Buffer.from(bytes.toString().replaceAll('\n', '\r\n')),
    (bytes) => Buffer.from(`\ufeff${bytes}`),
  ];
  for (let i = 0; i < 400; i += 1) {
    const changed = (mutations[i % mutations.length] as (bytes: Buffer) => Buffer)(whole);
    if (changed.equals(whole)) continue;
    writeFileSync(path, changed);
    const [report] = await verdict(home);
    expect({ i, ok: report?.ok, faults: report?.faults.length }).not.toMatchObject({ ok: true });
  }
  writeFileSync(path, whole);
  expect(await verdict(home)).toMatchObject([{ ok: true }]);
});

test.each<[string, (files: { path: string; head: string }) => void]>([
  ['the head is gone', ({ head }) => rmSync(head)],
  ['the head is empty', ({ head }) => truncateSync(head)],
  ['the head is of a terabyte', ({ head }) => truncateSync(head, 2 ** 40)],
  ['the head is a link', ({ head }) => link(head)],
  ['the head is a folder', ({ head }) => folder(head)],
  ['the head is a pipe', ({ head }) => pipe(head)],
  ['the log is gone', ({ path }) => rmSync(path)],
  ['the log is empty', ({ path }) => truncateSync(path)],
  ['the log goes on with nothing for 100 MB', ({ path }) => truncateSync(path, 1e8)],
  ['the log is a link', ({ path }) => link(path)],
  ['the log is a folder', ({ path }) => folder(path)],
  ['the log is a pipe', ({ path }) => pipe(path)],
  ['the log has another name', ({ path }) => renameSync(path, `${dirname(path)}/other.jsonl`)],
])('where %s, that is said, and nothing waits for ever', async (_, tamper) => {
  const { home, path, head } = logged();
  logged();
  tamper({ path, head });
  const reports = await verdict(home);
  expect(reports.some(({ ok }) => !ok)).toBe(true);
});

function link(path: string): void {
  const elsewhere = `${path}.away`;
  renameSync(path, elsewhere);
  symlinkSync(elsewhere, path);
}

function folder(path: string): void {
  rmSync(path);
  mkdirSync(path);
}

function pipe(path: string): void {
  rmSync(path);
  execFileSync('mkfifo', [path]);
}

test('a log of which every line was written anew, without the head, is found', async () => {
  const { home, path } = logged({ closed: false });
  const lines = readFileSync(path, 'utf8').replaceAll('"status":200', '"status":404');
  writeFileSync(path, lines);
  expect((await verdict(home))[0]?.ok).toBe(false);
});

test('a file of another format, put among the logs, is named and stops nothing', async () => {
  const { home, path } = logged();
  writeFileSync(join(dirname(path), 'evil\u001b[2J.jsonl'), '{"a":1}\n');
  writeFileSync(join(dirname(path), '.jsonl'), 'x');
  writeFileSync(join(dirname(path), 'huge.jsonl'), 'x'.repeat(5_000_000));
  const reports = await verdict(home);
  expect(reports.find(({ file }) => file.endsWith(path.slice(-20)))).toMatchObject({ ok: true });
  expect(reports.filter(({ ok }) => !ok).length).toBeGreaterThanOrEqual(2);
});
