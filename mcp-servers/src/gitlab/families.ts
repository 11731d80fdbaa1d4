// The nine families, each loaded when a server offers it.
import type { Family } from './toolkit/family.js';

const loaders = {
  projects: async () => (await import('./projects/index.js')).family,
  search: async () => (await import('./search/index.js')).family,
  pipelines: async () => (await import('./pipelines/index.js')).family,
  jobs: async () => (await import('./jobs/index.js')).family,
  'merge-requests': async () => (await import('./merge-requests/index.js')).family,
  epics: async () => (await import('./epics/index.js')).family,
  issues: async () => (await import('./issues/index.js')).family,
  notes: async () => (await import('./notes/index.js')).family,
  'usage-data': async () => (await import('./usage-data/index.js')).family,
} satisfies Record<string, () => Promise<Family>>;

export type FamilyName = keyof typeof loaders;
export const familyNames = Object.keys(loaders) as FamilyName[];

export function loadFamilies(names: readonly FamilyName[]): Promise<Family[]> {
  return Promise.all(names.map((name) => loaders[name]()));
}
