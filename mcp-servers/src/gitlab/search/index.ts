import type { Family } from '../toolkit/family.js';
import { search } from './search.js';

export const family: Family = {
  instructions:
    'search finds code, issues, merge requests, comments and more by words; the tools of each kind read what it found.',
  tools: [search],
};
