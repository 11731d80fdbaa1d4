import type { Issue } from './issues.js';
import type { MergeRequest } from './merge-requests.js';

/** What issues and merge requests have in common, in GitLab's word. */
export type Issuable = Issue | MergeRequest;
