import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { memoryWorkspace } from '../testing.js';
import { foldersOf, instructionsIn, maxInstructions, userRules } from './files.js';

test('AGENTS.md counts, and CLAUDE.md where there is none', async () => {
  const workspace = memoryWorkspace({ 'AGENTS.md': 'A', 'CLAUDE.md': 'C', 'x/CLAUDE.md': 'XC', 'y/AGENTS.md': ' \n' });
  expect(await instructionsIn(workspace, '')).toEqual({ path: 'AGENTS.md', text: 'A' });
  expect(await instructionsIn(workspace, 'x')).toEqual({ path: 'x/CLAUDE.md', text: 'XC' });
  expect(await instructionsIn(workspace, 'y')).toBeUndefined();
});

test('instructions are bounded', async () => {
  const found = await instructionsIn(memoryWorkspace({ 'AGENTS.md': 'long line\n'.repeat(10_000) }), '');
  expect(found?.text.length).toBeLessThan(maxInstructions + 100);
  expect(found?.text).toMatch(/more characters: too long for instructions\]$/);
});

test("the user's own rules come from their home", async () => {
  const home = mkdtempSync(join(tmpdir(), 'cofferdam-rules-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  expect(await userRules(home)).toBeUndefined();
  writeFileSync(join(home, 'AGENTS.md'), 'Answer in German.\n');
  expect(await userRules(home)).toBe('Answer in German.');
});

test.each([
  ['a/b/c.ts', false, ['a', 'a/b']],
  ['./a//b/', true, ['a', 'a/b']],
  ['c.ts', false, []],
  ['.', true, []],
  ['../x/y.ts', false, []],
  ['a/../../x/y.ts', false, []],
  ['/etc/x', false, []],
  ['a/node_modules/evil/index.js', false, ['a']],
  ['.git/hooks/x', false, []],
])('the folders of %s (itself: %s) are %j', (path, itself, folders) => {
  expect(foldersOf(path, { itself })).toEqual(folders);
});

test('rules that cannot be read stop the session instead of being forgotten', async () => {
  const home = mkdtempSync(join(tmpdir(), 'cofferdam-rules-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  mkdirSync(join(home, 'AGENTS.md'));
  await expect(userRules(home)).rejects.toMatchObject({ code: 'settings-damaged', remedy: expect.any(String) });
});
