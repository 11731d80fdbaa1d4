import { expect, test } from 'vitest';
import { draftTitle, isDraft } from './draft.js';

test.each(['Draft: x', 'draft: x', '[Draft] x', '(draft) x', 'Draft:x'])('%s is a draft', (title) => {
  expect(isDraft(title)).toBe(true);
  expect(draftTitle(title, false)).toBe('x');
  expect(draftTitle(title, true)).toBe(title);
});

test.each(['x', 'Drafting: x', 'A draft: x', 'WIP: x'])('%s is none', (title) => {
  expect(isDraft(title)).toBe(false);
  expect(draftTitle(title, true)).toBe(`Draft: ${title}`);
  expect(draftTitle(title, false)).toBe(title);
});

test('takes every prefix away, but never the whole title', () => {
  expect(draftTitle('Draft: [Draft] x', false)).toBe('x');
  expect(draftTitle('Draft:', false)).toBe('Draft:');
  expect(draftTitle('x', undefined)).toBe('x');
});
