import { expect, test } from 'vitest';
import { sessionPrompt, stablePrompt } from './system-prompt.js';

const project = { instance: 'https://lab.example', path: 'group/project', remote: 'origin', branch: 'main' };
const facts = { mode: 'plan', folder: '', project, sections: [] } as const;

test('the model is told of the mode, the project and the branch', () => {
  expect(sessionPrompt(facts)).toBe(
    '# This session\n- The session began in the mode plan.\n' +
      '- The workspace belongs to the project "group/project" on "https://lab.example", as its Git remote "origin" says.' +
      ' The branch "main" was checked out at the start.',
  );
  expect(sessionPrompt({ ...facts, project: { ...project, remote: null, branch: null } })).toContain(
    'as the user says. No branch was checked out at the start.',
  );
  expect(sessionPrompt({ ...facts, project: undefined })).not.toContain('belongs to the project');
});

test('names that the repository chose stay quoted, visible and short', () => {
  const hidden = String.fromCodePoint(0xe0049, 0xe0047);
  const hostile = { ...project, remote: `"\u202e${hidden}\u2028`, branch: 'x'.repeat(5_000) };
  expect(sessionPrompt({ ...facts, project: hostile })).toContain(
    `as its Git remote "\\"" says. The branch "${'x'.repeat(200)}" was checked out`,
  );
});

test('what every session shares says nothing of this one', () => {
  expect(stablePrompt([{ server: 'files', text: 'Files.' }])).toMatch(/## Tools named files__\.\.\.\nFiles\.$/);
  expect(stablePrompt([])).not.toContain('gitlab__create_commit');
  expect(stablePrompt([{ server: 'gitlab', text: 'x' }])).toContain('gitlab__create_commit');
});
