// Known holes of the engine and its runtime, by their version numbers.
import { connectEngine } from '@cofferdam/sandbox';
import type { Check } from './check.js';

interface Hole {
  component: 'Engine' | 'runc';
  id: string;
  what: string;
  /** First version of each line that has the fix; older lines never got one. Sorted. */
  fixed: readonly string[];
}

const holes: readonly Hole[] = [
  {
    component: 'Engine',
    id: 'CVE-2024-29018',
    what: 'internal networks forward DNS queries to the outside',
    fixed: ['23.0.11', '25.0.5', '26.0.0'],
  },
  {
    component: 'Engine',
    id: 'CVE-2026-41567, -41568, -42306',
    what: 'docker cp with a container that runs hostile code reaches the host',
    fixed: ['29.5.1'],
  },
  {
    component: 'runc',
    id: 'CVE-2025-31133, -52565, -52881',
    what: 'a hostile image can break out while its container starts',
    fixed: ['1.2.8', '1.3.3', '1.4.0'],
  },
];

export const engineVersionCheck: Check = {
  name: 'Engine version',
  needs: ['Container engine'],
  async look() {
    const { components } = await connectEngine();
    const open = holesIn(components);
    if (open.length === 0) return { state: 'ok', detail: 'no known hole that matters here' };
    return {
      state: 'warning',
      detail: open
        .map(({ component, id, what }) => `${component} ${components[component]}: ${id} (${what})`)
        .join('\n'),
      remedy: 'Upgrade the engine, or check that your distribution has patched it without changing the number.',
    };
  },
};

/** The holes that these versions leave open. A component that is not named has none. */
export function holesIn(components: Readonly<Record<string, string>>): Hole[] {
  return holes.filter(({ component, fixed }) => {
    const version = components[component];
    return version !== undefined && !hasFix(version, fixed);
  });
}

/** A version has the fix when it follows the fixed one of its own line, or the newest fixed one. */
function hasFix(version: string, fixed: readonly string[]): boolean {
  const newest = fixed.at(-1) ?? '';
  const own = fixed.find((candidate) => line(candidate) === line(version)) ?? newest;
  return compare(version, own) >= 0;
}

/** Docker's lines differ in the first number, runc's in the second. */
function line(version: string): string {
  const [major = 0, minor = 0] = numbers(version);
  return major > 1 ? `${major}` : `${major}.${minor}`;
}

function compare(a: string, b: string): number {
  const [left, right] = [numbers(a), numbers(b)];
  const index = left.findIndex((number, i) => number !== right[i]);
  return index === -1 ? 0 : (left[index] ?? 0) - (right[index] ?? 0);
}

function numbers(version: string): number[] {
  return (/\d+(\.\d+)*/.exec(version)?.[0] ?? '').split('.').slice(0, 3).map(Number);
}
