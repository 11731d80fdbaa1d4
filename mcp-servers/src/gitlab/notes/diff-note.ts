// create_diff_note and the draft notes of a review
import * as z from 'zod';
import { ToolError } from '../../kit/index.js';
import { GitLabError } from '../client/errors.js';
import { checkQuickActions } from '../toolkit/quick-actions.js';
import { gitlabTool } from '../toolkit/tool.js';
import { positionEndpoints, positionOf, whereInput } from './position.js';
import { discussionView } from './thread.js';

const discussions = 'POST /projects/:id/merge_requests/:noteable_id/discussions';

export const createDiffNote = gitlabTool({
  name: 'create_diff_note',
  title: 'Comment on a diff',
  description:
    'Starts a thread on a line of a merge request: `line` in the new file, old_line for a removed one, neither for the whole file. A ```suggestion:-0+0 block proposes a replacement.',
  effect: 'add',
  endpoints: [discussions, ...positionEndpoints],
  input: z.strictObject({
    merge_request: z.string(),
    project: z.string().optional(),
    path: z.string().min(1),
    ...whereInput,
    body: z.string().min(1),
  }),
  output: z.looseObject({ discussion_id: z.string() }),
  async run({ merge_request, project, path, line, old_line, body }, call) {
    checkQuickActions(body, call.quickActions);
    const located = await call.mergeRequest(merge_request, project);
    const position = await positionOf(call, located, { path, line, old_line });
    const params = { id: located.place, noteable_id: located.iid };
    try {
      const data = await call.post(discussions, { params, body: { body, position } }, discussionView);
      return { about: `new discussion on merge request ${located.place.id}!${located.iid}`, data };
    } catch (error) {
      throw misplaced(error);
    }
  },
});

/** GitLab's word for a line that it does not find in the diff. */
export function misplaced(error: unknown): unknown {
  if (!(error instanceof GitLabError) || error.status !== 400 || !/line_code|position/.test(error.message))
    return error;
  return new ToolError(
    'no-such-line',
    `GitLab does not find that line in the diff. ${error.message}`,
    'See the lines with list_merge_request_diffs and paths.',
  );
}
