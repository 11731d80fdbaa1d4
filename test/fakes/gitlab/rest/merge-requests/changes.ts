// What a merge request changes: diffs, commits, and the versions of both.
import * as z from 'zod';
import { commitEntity } from '../../entities/commit.js';
import { diffEntity } from '../../entities/diff.js';
import { limitedDiffs } from '../../entities/diff-limits.js';
import { MAX_FILES, mergeRequestEntity } from '../../entities/merge-request.js';
import { commitsOf, diffsOf, versionEntity, versionWithChanges } from '../../entities/merge-request-version.js';
import type { FileDiff } from '../../git/diff.js';
import { p } from '../../http/params.js';
import { notFound, Reply, raw } from '../../http/reply.js';
import { type Route, route } from '../../http/route.js';
import { findMergeRequest } from '../../services/issuables/find.js';
import { headOf } from '../../services/merge-requests/versions.js';

const path = '/projects/:id/merge_requests/:merge_request_iid';
const scopes = ['ai_workflows'];
const diffParams = z.object({ unidiff: p.boolean().default(false) });
const changesParams = diffParams.extend({ access_raw_diffs: p.boolean().default(false) });

export const changes: Route[] = [
  route('GET', `${path}/diffs`, { params: diffParams, scopes }, (context) => {
    const one = findMergeRequest(context);
    const kept = diffsOf(one, headOf(one)).slice(0, MAX_FILES);
    const { status, body, headers } = context.paginate(kept, (diff) => diff);
    return new Reply(status, limitedDiffs(body as FileDiff[], { ...context.params, expanded: true }), headers);
  }),

  route('GET', `${path}/raw_diffs`, { scopes }, (context) => {
    const one = findMergeRequest(context);
    const head = headOf(one);
    const text = head ? one.project.repository?.bytes('diff', '--full-index', head.baseSha, head.headSha) : undefined;
    return raw(text ?? '', 'text/plain');
  }),

  route('GET', `${path}/changes`, { params: changesParams, scopes }, (context) => {
    const { world, params, user } = context;
    const one = findMergeRequest(context);
    const all = diffsOf(one, headOf(one));
    const kept = all.slice(0, MAX_FILES);
    return {
      ...mergeRequestEntity(world, one, { user }),
      changes: params.access_raw_diffs ? kept.map((diff) => diffEntity(diff, params)) : limitedDiffs(kept, params),
      overflow: all.length > MAX_FILES,
    };
  }),

  route('GET', `${path}/commits`, { scopes }, (context) => {
    const one = findMergeRequest(context);
    return context.paginate(commitsOf(one, headOf(one)), (commit) => commitEntity(context.world, one.project, commit));
  }),

  route('GET', `${path}/versions`, {}, (context) => {
    const one = findMergeRequest(context);
    return context.paginate(one.versions.toReversed(), (version) => versionEntity(one, version));
  }),

  route('GET', `${path}/versions/:version_id`, { params: diffParams }, (context) => {
    const one = findMergeRequest(context);
    const id = context.id('version_id');
    const version = one.versions.find((candidate) => candidate.id === id);
    if (!version) throw notFound();
    return versionWithChanges(context.world, one, version, context.params.unidiff);
  }),
];
