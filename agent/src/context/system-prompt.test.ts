import { expect, test } from 'vitest';
import { systemPrompt } from './system-prompt.js';

const project = { instance: 'https://lab.example', path: 'group/project', remote: 'origin', branch: 'main' };

test('the model is told of the project and the branch', () => {
  expect(systemPrompt([], 'plan', '', project)).toContain(
    '\n- The workspace belongs to the project "group/project" on "https://lab.example", as its Git remote "origin" says.' +
      ' The branch "main" is checked out.\n',
  );
  expect(systemPrompt([], 'plan', '', { ...project, remote: null, branch: null })).toContain(
    'as the user says. No branch is checked out.\n',
  );
  expect(systemPrompt([], 'plan', '', undefined)).not.toContain('belongs to the project');
});

test('names that the repository chose stay quoted, visible and short', () => {
  const hidden = String.fromCodePoint(0xe0049, 0xe0047);
  const prompt = systemPrompt([], 'plan', '', { ...project, remote: `"\u202e${hidden}`, branch: 'x'.repeat(5_000) });
  expect(prompt).toContain(`as its Git remote "\\"" says. The branch "${'x'.repeat(200)}" is checked out.\n`);
});
