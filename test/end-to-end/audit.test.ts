// `cofferdam audit` over logs as the servers write them.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openAuditLog } from '@cofferdam/mcp-servers';
import { expect, onTestFinished, test } from 'vitest';
import { cofferdam, jsonLines, started } from '../support/cofferdam.js';
import { temporaryFolder } from '../support/workspaces.js';

const now = () => new Date('2026-03-01T08:00:00Z');

/** A home with one log of a session: three requests, of which GitLab refused one. */
function recorded(session = 's1') {
  const home = temporaryFolder();
  const log = openAuditLog({ home, name: 'gitlab-issues', session, actor: 'editor/1', now });
  [200, 404, 200].forEach((status, i) => {
    log.reserve();
    log.append({
      kind: 'request',
      tool: 'get_issue',
      call: `c${i}`,
      target: `/projects/42/issues/${i + 1}`,
      endpoint: '/projects/:id/issues/:issue_iid',
      method: 'GET',
      status,
      duration_ms: 12,
      bytes_in: 100,
    });
  });
  log.close();
  const file = join(home, 'audit', '2026-03-01', `${log.writer}.jsonl`);
  const run = (...args: string[]) => cofferdam(['audit', ...args], { env: { COFFERDAM_HOME: home } });
  return { home, log, file, run };
}

test('show prints a line an event, and with --json the lines as they are', async () => {
  const { file, run } = recorded();
  const [text, json] = await Promise.all([run('show', '--status', '4xx'), run('show', '--json')]);
  expect(text).toEqual({
    code: 0,
    stdout: '2026-03-01T08:00:00.000Z  s1  request  get_issue  GET /projects/42/issues/2  404  12 ms\n',
    stderr: '',
  });
  expect(json).toEqual({ code: 0, stdout: readFileSync(file, 'utf8'), stderr: '' });
});

test('show --follow prints what comes, and ends with 130 when it is interrupted', async () => {
  const { home } = recorded();
  const running = started(['audit', 'show', '--follow'], { env: { COFFERDAM_HOME: home } });
  await running.printed('  end\n');
  const log = openAuditLog({ home, name: 'files', session: 's2' });
  onTestFinished(() => log.close());
  await running.printed('  s2  start\n');
  log.append({ kind: 'tool', tool: 'read_file', status: 'ok' });
  await running.printed('  s2  tool  read_file  ok\n');
  running.kill('SIGINT');
  expect(await running.ended).toMatchObject({ code: 130, stderr: '' });
});

test('verify finds nothing wrong with what nobody touched, and prints the head', async () => {
  const { log, run } = recorded();
  const { code, stdout, stderr } = await run('verify');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '1 good, 0 with faults\n' });
  expect(stdout).toMatch(new RegExp(`^✓ 2026-03-01/${log.writer}.jsonl {2}5 lines {2}head 5 [0-9a-f]{64}\n$`));
});

test('verify names the line that was edited, and ends with 1', async () => {
  const { log, file, run } = recorded();
  writeFileSync(file, readFileSync(file, 'utf8').replace('"status":404', '"status":200'));
  const { code, stdout, stderr } = await run('verify');
  expect({ code, stderr }).toEqual({ code: 1, stderr: '0 good, 1 with faults\n' });
  expect(stdout).toContain(`✗ 2026-03-01/${log.writer}.jsonl`);
  expect(stdout).toContain('\n    line 3: edited: ');
  expect(jsonLines((await run('verify', '--json')).stdout)).toMatchObject([
    { ok: false, faults: [{ kind: 'edited', line: 3 }] },
  ]);
});

test('verify --heads misses a log that was removed with its head', async () => {
  const { home, run } = recorded();
  const heads = join(home, 'heads.jsonl');
  writeFileSync(heads, (await run('verify', '--json')).stdout);
  expect(await run('verify', '--heads', heads)).toMatchObject({ code: 0 });
  rmSync(join(home, 'audit'), { recursive: true });
  expect(await run('verify')).toMatchObject({ code: 0, stdout: '' });
  const { code, stdout } = await run('verify', '--heads', heads);
  expect(code).toBe(1);
  expect(stdout).toContain('kept-head: the whole file is gone');
});

test('a hostile log disturbs neither the reader nor the terminal', async () => {
  const { file, run } = recorded('evil\x1b[2J\u202e\nsession');
  writeFileSync(file, `\x1b]0;title\x07\n${'['.repeat(2_000_000)}\n`, { flag: 'a' });
  for (const verb of ['show', 'verify', 'report']) {
    const { stdout, stderr } = await run(verb);
    expect(stdout + stderr).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]/);
    expect(stdout).not.toBe('');
  }
});

test('report sums up a session, as Markdown and as JSON', async () => {
  const { run } = recorded();
  const [text, json] = await Promise.all([run('report', '--session', 's1'), run('report', '--json')]);
  expect(text.code).toBe(0);
  expect(text.stdout).toContain('## Session `s1`\n');
  expect(text.stdout).toContain('| `GET /projects/:id/issues/:issue_iid` | 3 | 2 × `200`, 1 × `404` |\n');
  expect(jsonLines(json.stdout)).toMatchObject([
    { session: 's1', tools: [{ tool: 'get_issue', calls: 3 }], bytes_in: 300 },
  ]);
  expect(await run('report', '--session', 'none')).toEqual({ code: 0, stdout: '', stderr: 'No events match.\n' });
});

test.each([
  [['audit'], 'must be one of: show, verify, report'],
  [['audit', 'show', '--kind', 'x'], '--kind is "x"'],
  [['audit', 'show', '--since', 'yesterday'], '--since is "yesterday"'],
  [['audit', 'show', '--day', '1 May'], '--day is "1 May"'],
  [['audit', 'verify', 'x'], '"x" is no option'],
])('wrong usage is said: %j', async (args, message) => {
  const { code, stderr } = await cofferdam(args);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

test('a file of heads that is none is said', async () => {
  const { file, run } = recorded();
  const { code, stderr } = await run('verify', '--heads', file);
  expect(code).toBe(1);
  expect(stderr).toMatch(/Line 1 of .* is not the head of a log.*audit verify --json/);
});
