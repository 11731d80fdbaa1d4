import { expect, test } from 'vitest';
import { fill, type Place } from './endpoint.js';

const shop: Place = { kind: 'project', id: 'acme/shop' };

test('parameters are encoded whole', () => {
  const path = fill('/projects/:id/repository/files/:file_path', { id: shop, file_path: 'src/a b?.ts' });
  expect(path).toBe('/projects/acme%2Fshop/repository/files/src%2Fa%20b%3F.ts');
});

test.each(['.', '..', ''])('%j is refused by the name of the parameter', (branch) => {
  expect(() => fill('/projects/:id/repository/branches/:branch_name', { id: shop, branch_name: branch })).toThrowError(
    expect.objectContaining({
      code: 'bad-reference',
      message: expect.stringContaining(`${JSON.stringify(branch)} cannot be the branch name`),
      remedy: expect.stringContaining('look for it'),
    }),
  );
});

test('dots within a name are fine', () => {
  expect(fill('/projects/:id/repository/branches/:branch', { id: shop, branch: '...' })).toBe(
    '/projects/acme%2Fshop/repository/branches/...',
  );
});
