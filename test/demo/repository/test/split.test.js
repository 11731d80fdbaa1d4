import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitBill } from '../src/index.js';

const people = (...weights) => weights.map((weight, index) => ({ name: `person ${index + 1}`, weight }));
const cents = (shares) => shares.map((share) => share.cents);

test('equal weights: the first ones get the cents that are left', () => {
  assert.deepEqual(cents(splitBill(100, people(1, 1, 1))), [34, 33, 33]);
  assert.deepEqual(cents(splitBill(101, people(1, 1, 1))), [34, 34, 33]);
});

test('the cents that are left go to the largest remainders', () => {
  assert.deepEqual(cents(splitBill(1000, people(3, 3, 1))), [429, 428, 143]);
  assert.deepEqual(cents(splitBill(10, people(1, 5, 8))), [1, 3, 6]);
});

test('shares always add up to the total', () => {
  for (let total = 0; total < 500; total += 7) {
    const sum = cents(splitBill(total, people(5, 3, 2, 7))).reduce((a, b) => a + b, 0);
    assert.equal(sum, total);
  }
});

test('somebody without a weight pays nothing', () => {
  assert.deepEqual(cents(splitBill(100, people(0, 1, 0))), [0, 100, 0]);
});

test('a total that is not whole cents is refused', () => {
  assert.throws(() => splitBill(9.99, people(1)), RangeError);
  assert.throws(() => splitBill(100, people(0, 0)), RangeError);
});
