// What belongs to a merge request: pipelines, people and issues.
import * as z from 'zod';
import { issueBasic } from '../../entities/issue-basic.js';
import { pipelineBasic, pipelineEntity } from '../../entities/pipeline.js';
import { userBasic } from '../../entities/user.js';
import type { Context } from '../../http/context.js';
import { p } from '../../http/params.js';
import { invalid, notAllowed, type Reply, status } from '../../http/reply.js';
import { type Route, route } from '../../http/route.js';
import { ConfigError } from '../../services/ci/config-error.js';
import { createPipeline } from '../../services/ci/pipelines.js';
import { findMergeRequest } from '../../services/issuables/find.js';
import { participants } from '../../services/issuables/participants.js';
import { closesIssues, relatedIssues } from '../../services/issuables/references.js';
import { mergeRequestRef, pipelinesOf } from '../../services/merge-requests/pipelines.js';
import { maySeeIssue } from '../../world/access.js';
import { access, type Issue } from '../../world/types.js';

const path = '/projects/:id/merge_requests/:merge_request_iid';
const scopes = ['ai_workflows'];

export const relations: Route[] = [
  route('GET', `${path}/pipelines`, { scopes }, (context) =>
    context.paginate(pipelinesOf(context.world, findMergeRequest(context)), (pipeline) =>
      pipelineBasic(context.world, pipeline),
    ),
  ),

  route('POST', `${path}/pipelines`, { params: z.object({ async: p.boolean().default(false) }) }, (context) => {
    const { world, currentUser: user, params } = context;
    const one = findMergeRequest(context);
    const { sourceProject: project, sourceBranch: ref } = one;
    if (!context.can(access.developer, project)) throw notAllowed();
    try {
      const mergeRequest = mergeRequestRef(one);
      const made = createPipeline(world, {
        project,
        user,
        ref,
        variables: [],
        inputs: {},
        mergeRequestRef: mergeRequest,
      });
      return params.async ? status(202, null) : status(200, pipelineEntity(world, made));
    } catch (error) {
      if (error instanceof ConfigError) throw invalid({ base: [error.message] });
      throw error;
    }
  }),

  route('GET', `${path}/participants`, { scopes }, (context) =>
    context.paginate(participants(context.world, findMergeRequest(context)), (user) => userBasic(context.world, user)),
  ),

  route('GET', `${path}/reviewers`, { scopes }, (context) =>
    context.paginate(findMergeRequest(context).reviewers, ({ user, state, createdAt }) => ({
      user: userBasic(context.world, user),
      state,
      created_at: createdAt,
    })),
  ),

  route('GET', `${path}/closes_issues`, { scopes }, (context) =>
    visible(context, closesIssues(context.world, findMergeRequest(context))),
  ),

  route('GET', `${path}/related_issues`, { scopes }, (context) =>
    visible(context, relatedIssues(context.world, findMergeRequest(context))),
  ),
];

function visible(context: Context<unknown>, issues: readonly Issue[]): Reply {
  const { world, user } = context;
  const seen = issues.filter((issue) => maySeeIssue(world, user, issue));
  return context.paginate(seen, (issue) => issueBasic(world, issue));
}
