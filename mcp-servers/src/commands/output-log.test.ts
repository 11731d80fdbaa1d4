import { describe, expect, test } from 'vitest';
import { OutputLog } from './output-log.js';

const bytes = (text: string) => Buffer.from(text);

describe('positions', () => {
  test('lead through both streams in the order they came', () => {
    const log = new OutputLog(1000);
    log.append('stdout', bytes('one '));
    log.append('stderr', bytes('two '));
    log.append('stdout', bytes('three'));
    expect(log.read(0, 100)).toEqual({ text: 'one two three', next: 13, dropped: 0 });
    expect(log.read(2, 4)).toEqual({ text: 'e tw', next: 6, dropped: 0 });
    expect(log.read(6, 100)).toEqual({ text: 'o three', next: 13, dropped: 0 });
  });

  test('are the same for one stream alone', () => {
    const log = new OutputLog(1000);
    log.append('stdout', bytes('one '));
    log.append('stderr', bytes('two '));
    log.append('stdout', bytes('three'));
    expect(log.read(0, 6, 'stdout')).toEqual({ text: 'one th', next: 10, dropped: 0 });
    expect(log.read(10, 100, 'stdout')).toEqual({ text: 'ree', next: 13, dropped: 0 });
    expect(log.read(0, 100, 'stderr')).toEqual({ text: 'two ', next: 13, dropped: 0 });
  });

  test('beyond the end are the end', () => {
    const log = new OutputLog(1000);
    log.append('stdout', bytes('abc'));
    expect(log.read(99, 10)).toEqual({ text: '', next: 3, dropped: 0 });
  });
});

test('the oldest output goes when there is too much, and readers are told', () => {
  const log = new OutputLog(100_000);
  for (let i = 0; i < 30; i++) log.append('stdout', bytes(`${i % 10}`.repeat(10_000)));
  expect(log.end).toBe(300_000);
  expect(log.start).toBeGreaterThan(0);
  expect(log.end - log.start).toBeGreaterThanOrEqual(100_000);
  const { dropped, next } = log.read(5, 10);
  expect(dropped).toBe(log.start - 5);
  expect(next).toBe(log.start + 10);
  expect(log.written('stdout')).toBe(300_000);
});

describe('text', () => {
  test('is whole although its bytes came apart, per stream', () => {
    const log = new OutputLog(1000);
    const [ship, euro] = [bytes('🚢'), bytes('€')];
    log.append('stdout', ship.subarray(0, 2));
    log.append('stderr', euro.subarray(0, 1));
    log.append('stdout', ship.subarray(2));
    log.append('stderr', euro.subarray(1));
    expect(log.read(0, 100).text).toBe('🚢€');
  });

  test('that is not UTF-8 is replaced, also at the end', () => {
    const log = new OutputLog(1000);
    log.append('stdout', Buffer.from([0x61, 0xff, 0x62, 0xe2, 0x82]));
    log.finish('stdout');
    expect(log.read(0, 100).text).toBe('a\ufffdb\ufffd');
  });

  test('is never cut within a character', () => {
    const log = new OutputLog(1000);
    log.append('stdout', bytes('ab🚢'));
    expect(log.read(0, 3)).toEqual({ text: 'ab', next: 2, dropped: 0 });
    expect(log.read(2, 3).text).toBe('🚢');
  });
});
