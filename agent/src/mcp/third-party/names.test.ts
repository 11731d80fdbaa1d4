import { expect, test } from 'vitest';
import { nameProblem, serverName } from './names.js';

const none = new Set<string>();

test.each([
  ['weather', 'weather'],
  ['My Weather!', 'my_weather'],
  ['io.github.acme/weather', 'io_github_acme_weather'],
  ['a__b', 'a_b'],
  ['wea\u200Bther', 'wea_ther'],
  ['x'.repeat(99), 'x'.repeat(40)],
])('%s becomes %s', (written, name) => {
  expect(serverName(written)).toBe(name);
  expect(nameProblem(written, none)).toBeUndefined();
});

test.each([
  'files',
  'Files',
  'f1les',
  'GIT',
  'g-i-t',
  'gitlab',
  'GitLab',
  'git_lab',
  'g1tlab',
  'gitlab-issues',
  'gitlab2',
])('%s could be taken for a server of ours', (name) => expect(nameProblem(name, none)).toMatch(/could be taken for/));

test('github is nobody of ours', () => {
  expect(nameProblem('github', none)).toBeUndefined();
});

test.each(['', '!?', '\u202E'])('%j is no name', (name) => {
  expect(nameProblem(name, none)).toBe('a name needs a letter or a digit');
});

test('two names that are one to the model', () => {
  expect(nameProblem('My Weather', new Set(['my_weather']))).toBe('another server already has the name my_weather');
});
