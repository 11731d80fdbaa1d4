import type { Family } from '../toolkit/family.js';
import { approveMergeRequest } from './approve.js';
import { createMergeRequest, updateMergeRequest } from './change.js';
import { listMergeRequestDiffs } from './diffs.js';
import { getMergeRequest } from './get.js';
import { listMergeRequestItems } from './items.js';
import { listMergeRequests } from './list.js';
import { mergeMergeRequest } from './merge.js';
import { rebaseMergeRequest } from './rebase.js';

export const family: Family = {
  instructions:
    'Merge requests: get_merge_request tells the sha that approve_merge_request and merge_merge_request guard with; list_merge_request_diffs shows the code, list_notes the comments.',
  tools: [
    listMergeRequests,
    getMergeRequest,
    listMergeRequestDiffs,
    listMergeRequestItems,
    createMergeRequest,
    updateMergeRequest,
    rebaseMergeRequest,
    approveMergeRequest,
    mergeMergeRequest,
  ],
};
