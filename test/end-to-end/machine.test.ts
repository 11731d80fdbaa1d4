// What the command says about this machine and about itself.
import { expect, test } from 'vitest';
import { cofferdam, jsonLines } from '../support/cofferdam.js';

const checks = ['Node.js', 'Git', 'Container engine', 'Engine version', 'Images', 'Storage'];

test('doctor finds nothing missing on a machine that passes these tests', async () => {
  const { code, stdout, stderr } = await cofferdam(['doctor']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const marks = [...stdout.matchAll(/^(\S) (.*?): /gm)].map(([, mark, name]) => ({ mark, name }));
  expect(marks.map(({ name }) => name)).toEqual(checks);
  // An old engine is warned about.
  for (const { mark } of marks) expect(mark).toMatch(/[✓!]/);
});

test('doctor --json prints a check a line', async () => {
  const { code, stdout } = await cofferdam(['doctor', '--json']);
  const found = jsonLines(stdout);
  expect(code).toBe(0);
  expect(found.map(({ name }) => name)).toEqual(checks);
  for (const check of found) {
    expect(check).toMatchObject({
      state: expect.stringMatching(/^(ok|warning)$/),
      detail: expect.any(String),
      mended: false,
    });
  }
});

test('tools lists every tool, for people and as JSON', async () => {
  const [text, json] = await Promise.all([cofferdam(['tools']), cofferdam(['tools', '--json'])]);
  expect([text.code, json.code]).toEqual([0, 0]);
  const tools = jsonLines(json.stdout);
  expect(
    text.stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ')[0]),
  ).toEqual(tools.map(({ server, name }) => `${server}__${name}`));
});
