import type { MergeRequest } from '../../world/types.js';

/** The newest version, which is what would be merged; undefined where there is no repository or no branch. */
export const headOf = ({ versions }: MergeRequest) => versions.at(-1);
