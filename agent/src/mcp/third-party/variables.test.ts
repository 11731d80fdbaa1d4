import { expect, test } from 'vitest';
import type { StdioEntry } from './entry.js';
import { fillIn, fillInWorkspace, referencesOf } from './variables.js';

const entry = (...args: string[]): StdioEntry => ({ type: 'stdio', command: 'node', args, env: {} });
const argsOf = (result: { entry: unknown }) => (result.entry as StdioEntry).args;

test('both ways to name a variable, with and without a fallback', () => {
  const filled = fillIn(entry(`\${env:A}`, `x\${B}y`, `\${C:-none}`, '$D', `\${workspaceFolder}/x`), {
    A: '1',
    B: '2',
  });
  expect(argsOf(filled)).toEqual(['1', 'x2y', 'none', '$D', `\${workspaceFolder}/x`]);
  expect(filled.missing).toEqual([]);
});

test('what a value holds is not filled in again', () => {
  expect(argsOf(fillIn(entry(`\${A}`), { A: `\${B}`, B: 'secret' }))).toEqual([`\${B}`]);
});

test('a variable that is not set is told', () => {
  expect(fillIn(entry(`\${A}`), {}).missing).toEqual(['A']);
});

test('what an entry asks for, wherever it does', () => {
  const { variables, problems } = referencesOf({
    type: 'http',
    url: `https://\${HOST:-x.example}`,
    headers: { Authorization: `Bearer \${env:TOKEN}` },
    oauth: { grant: 'authorization_code', algorithm: 'ES256', clientSecret: `\${SECRET}` },
  });
  expect(variables).toEqual(['HOST', 'TOKEN', 'SECRET']);
  expect(problems).toEqual([]);
});

test('the folder of the workspace', () => {
  expect(fillInWorkspace(`\${workspaceFolder}/a \${workspaceFolder}`, '/w')).toBe('/w/a /w');
});
