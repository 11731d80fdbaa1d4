import { expect, test } from 'vitest';
import { checklist, parseChecklist } from './plan.js';

const steps = [
  { title: 'Read the tests', status: 'done' as const },
  { title: 'Mend # the - cause', status: 'in_progress' as const },
  { title: '[x] Run them', status: 'pending' as const },
];

test('a plan that was not touched comes back as it was', () => {
  expect(parseChecklist(checklist(steps))).toEqual(steps);
});

test.each([
  ['- [X] Done', { title: 'Done', status: 'done' }],
  ['  * Without a box', { title: 'Without a box', status: 'pending' }],
  ['2. Numbered', { title: 'Numbered', status: 'pending' }],
  ['- [] Careless', { title: 'Careless', status: 'pending' }],
  ['- [ ] Two\twords \r', { title: 'Two words', status: 'pending' }],
  ['- [ ] \x1b[2JHostile', { title: 'Hostile', status: 'pending' }],
])('%j is a step', (line, step) => {
  expect(parseChecklist(line)).toEqual([step]);
});

test('headings, notes and empty items are no steps', () => {
  expect(parseChecklist('# Plan\n\nA note.\n- [ ] \n-\n<!-- - -->\n')).toEqual([]);
});
