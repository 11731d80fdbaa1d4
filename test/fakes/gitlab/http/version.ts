// Which routes and fields an instance has depends on its version.
import type { Instance } from './route.js';

/** For a route's `when`: GitLab has it from this version on. */
export const since = (version: string) => (instance: Instance) => atLeast(instance.version, version);

export function atLeast(version: string, wanted: string): boolean {
  const [has, needs] = [version, wanted].map((text) => text.split('.').map(Number));
  for (let part = 0; part < 3; part += 1) {
    const difference = (has?.[part] ?? 0) - (needs?.[part] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
