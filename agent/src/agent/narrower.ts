import type { Limits } from '../policy/index.js';

/** Limits that are smaller than those of the policy. */
export type Narrower = { [Name in keyof Limits]?: number | undefined };

/** The smaller of both, one by one. */
export function narrowed(limits: Limits, by: Narrower = {}): Limits {
  const smaller = { ...limits };
  for (const name of ['turns', 'tokens', 'minutes', 'money'] as const) {
    const values = [limits[name], by[name]].filter((value) => value !== undefined);
    if (values.length > 0) smaller[name] = Math.min(...values);
  }
  return smaller;
}
