import { describe, expect, test } from 'vitest';
import type { Check, Finding } from './check.js';
import { holesIn } from './engine-version.js';
import { type Examination, examine } from './examine.js';

const ok: Finding = { state: 'ok', detail: 'fine' };
const broken: Finding = { state: 'problem', detail: 'not there', remedy: 'make it' };

async function all(checks: Check[], mending?: Parameters<typeof examine>[1]): Promise<Examination[]> {
  const found: Examination[] = [];
  for await (const examination of examine(checks, mending)) found.push(examination);
  return found;
}

/** Broken until it is mended. */
function mendable(name: string): Check {
  let state = broken;
  return {
    name,
    look: async () => state,
    mend: async () => {
      state = ok;
    },
  };
}

describe('examining a machine', () => {
  test('without --fix nothing is mended', async () => {
    expect(await all([mendable('engine')])).toEqual([{ name: 'engine', finding: broken, mended: false }]);
  });

  test('with --fix what can be mended is, and is looked at again', async () => {
    expect(await all([mendable('engine')], (_, mend) => mend(() => {}))).toEqual([
      { name: 'engine', finding: ok, mended: true },
    ]);
  });

  test('what needs a broken thing is not looked at, nor what needs that', async () => {
    const never = async () => Promise.reject(new Error('looked at'));
    const found = await all([
      { name: 'engine', look: async () => broken },
      { name: 'images', needs: ['engine'], look: never },
      { name: 'storage', needs: ['images'], look: never },
      { name: 'git', look: async () => ok },
    ]);
    expect(found.map(({ finding }) => finding.state)).toEqual(['problem', 'skipped', 'skipped', 'ok']);
  });

  test('a warning stands in nobody’s way', async () => {
    const warning: Finding = { state: 'warning', detail: 'old', remedy: 'upgrade' };
    const found = await all([
      { name: 'engine', look: async () => warning },
      { name: 'images', needs: ['engine'], look: async () => ok },
    ]);
    expect(found.map(({ finding }) => finding.state)).toEqual(['warning', 'ok']);
  });

  test('a mending that fails leaves its own message and remedy', async () => {
    const failure = Object.assign(new Error('no mirror answers'), { remedy: 'connect to a network' });
    const check = { ...mendable('engine'), mend: () => Promise.reject(failure) };
    expect(await all([check], (_, mend) => mend(() => {}))).toEqual([
      {
        name: 'engine',
        finding: { state: 'problem', detail: 'no mirror answers', remedy: 'connect to a network' },
        mended: false,
      },
    ]);
  });

  test('a look that throws is a problem, not a crash', async () => {
    const [found] = await all([{ name: 'images', look: () => Promise.reject(new Error('engine went away')) }]);
    expect(found?.finding).toMatchObject({ state: 'problem', detail: 'engine went away' });
  });
});

describe('known holes', () => {
  const ids = (Engine: string, runc = '1.4.0') => holesIn({ Engine, runc }).map(({ id }) => id);
  const dns = 'CVE-2024-29018';

  test.each(['20.10.24+dfsg1', '23.0.10', '24.0.9', '25.0.4'])('Docker %s leaks DNS queries', (version) => {
    expect(ids(version)).toContain(dns);
  });

  test.each(['23.0.11', '25.0.5', '26.0.0', '26.1.5+dfsg1', '29.5.1'])('Docker %s does not', (version) => {
    expect(ids(version)).not.toContain(dns);
  });

  test.each([
    ['1.1.5+ds1', true],
    ['1.2.7', true],
    ['1.2.8', false],
    ['1.3.2', true],
    ['1.3.3', false],
    ['1.5.0', false],
  ])('runc %s: %s', (version, open) => {
    expect(ids('29.5.1', version).length > 0).toBe(open);
  });

  test('an engine that names no Docker part has no Docker hole', () => {
    expect(holesIn({ 'Podman Engine': '4.3.1' })).toEqual([]);
  });
});
