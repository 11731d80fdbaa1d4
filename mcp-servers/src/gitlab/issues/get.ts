import * as z from 'zod';
import { responseFormat } from '../toolkit/fields.js';
import { gitlabTool } from '../toolkit/tool.js';
import { issueView } from './views.js';

export const getIssue = gitlabTool({
  name: 'get_issue',
  title: 'Get issue',
  description: 'One issue with its description. Comments: list_notes.',
  effect: 'read',
  endpoints: ['GET /projects/:id/issues/:issue_iid'],
  input: z.strictObject({ issue: z.string(), project: z.string().optional(), response_format: responseFormat }),
  output: z.looseObject({ iid: z.int(), title: z.string(), state: z.string(), description: z.string().optional() }),
  async run({ issue, project, response_format }, call) {
    const { place, iid } = await call.issue(issue, project);
    const params = { id: place, issue_iid: iid };
    const data = await call.get('GET /projects/:id/issues/:issue_iid', { params }, issueView(response_format));
    return { about: `issue ${place.id}#${iid}`, data };
  },
});
