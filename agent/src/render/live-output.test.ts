import { expect, test } from 'vitest';
import { LiveOutput } from './live-output.js';

test('what comes after much output is not shown, and that is said once', () => {
  const output = new LiveOutput();
  const numbers = (count: number) => Array.from({ length: count }, (_, i) => `${i}`).join('\n');
  expect(output.lines('a', numbers(38))).toHaveLength(38);
  expect(output.lines('a', numbers(42))).toEqual(['38', '39', '… more']);
  expect(output.lines('a', numbers(50))).toEqual([]);
  output.end('a');
  expect(output.lines('a', 'again')).toEqual(['again']);
});

test('each call has output of its own', () => {
  const output = new LiveOutput();
  expect([output.lines('a', '1\n2'), output.lines('b', '1'), output.lines('a', '2\n3')]).toEqual([
    ['1', '2'],
    ['1'],
    ['3'],
  ]);
});
