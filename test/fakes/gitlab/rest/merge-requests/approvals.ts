// Approvals, by one rule for the whole project: so many members, whoever they are.
import * as z from 'zod';
import { approvalState, approvalsEntity } from '../../entities/approvals.js';
import { p } from '../../http/params.js';
import { notFound, unauthorized } from '../../http/reply.js';
import { type Route, route } from '../../http/route.js';
import { findMergeRequest } from '../../services/issuables/find.js';
import { systemNote } from '../../services/issuables/system-notes.js';
import { hasApproved, mayApprove } from '../../services/merge-requests/approvals.js';
import { checkSha } from './merge.js';

const path = '/projects/:id/merge_requests/:merge_request_iid';
const approveParams = z.object({ sha: p.string().optional(), approval_password: p.string().optional() });

export const approvals: Route[] = [
  route('GET', `${path}/approvals`, {}, (context) =>
    approvalsEntity(context.world, findMergeRequest(context), context.user),
  ),

  route('GET', `${path}/approval_state`, {}, (context) => approvalState(context.world, findMergeRequest(context))),

  route('POST', `${path}/approve`, { params: approveParams }, (context) => {
    const { world, currentUser, params } = context;
    const one = findMergeRequest(context);
    if (!mayApprove(world, currentUser, one)) throw unauthorized();
    checkSha(one, params.sha);
    one.approvals.push({ user: currentUser, at: world.now() });
    for (const reviewer of one.reviewers) if (reviewer.user === currentUser) reviewer.state = 'approved';
    systemNote(world, one, currentUser, 'approved this merge request');
    return approvalsEntity(world, one, currentUser);
  }),

  route('POST', `${path}/unapprove`, {}, (context) => {
    const { world, currentUser } = context;
    const one = findMergeRequest(context);
    if (!hasApproved(one, currentUser)) throw notFound();
    one.approvals = one.approvals.filter(({ user }) => user !== currentUser);
    for (const reviewer of one.reviewers) if (reviewer.user === currentUser) reviewer.state = 'unreviewed';
    systemNote(world, one, currentUser, 'unapproved this merge request');
    return approvalsEntity(world, one, currentUser);
  }),
];
