import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { Repository } from './repository.js';

test('repositories share a folder, which goes with the last of them', () => {
  const [one, another] = [Repository.create(), Repository.create()];
  const parent = dirname(one.folder);
  expect(dirname(another.folder)).toBe(parent);
  one.remove();
  expect([existsSync(one.folder), existsSync(another.folder)]).toEqual([false, true]);
  another.remove();
  expect(existsSync(parent)).toBe(false);
  const next = Repository.create();
  expect(existsSync(next.folder)).toBe(true);
  next.remove();
});
