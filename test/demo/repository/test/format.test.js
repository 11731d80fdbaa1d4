import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatShares } from '../src/index.js';

test('names on the left, amounts on the right', () => {
  const shares = [
    { name: 'Ada', cents: 429 },
    { name: 'Linus', cents: 12050 },
  ];
  assert.equal(formatShares(shares), 'Ada      4.29\nLinus  120.50');
});
