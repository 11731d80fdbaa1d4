import type { Route } from '../../http/route.js';
import { approvals } from './approvals.js';
import { changes } from './changes.js';
import { lists } from './lists.js';
import { merging } from './merge.js';
import { single } from './merge-requests.js';
import { relations } from './relations.js';

export const mergeRequests: Route[] = [...lists, ...single, ...changes, ...relations, ...approvals, ...merging];
