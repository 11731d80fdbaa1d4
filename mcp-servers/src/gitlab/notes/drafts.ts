// Draft notes: a review that its author alone sees until all of it is published at once.
import * as z from 'zod';
import { number, onlyIfSo, text } from '../toolkit/fields.js';
import { listOutput, pagingInput } from '../toolkit/paging.js';
import { checkQuickActions } from '../toolkit/quick-actions.js';
import { gitlabTool } from '../toolkit/tool.js';
import { misplaced } from './diff-note.js';
import { positionEndpoints, positionOf, whereInput } from './position.js';
import { placeText } from './thread.js';

const all = 'GET /projects/:id/merge_requests/:merge_request_iid/draft_notes';
const create = 'POST /projects/:id/merge_requests/:merge_request_iid/draft_notes';
const publish = 'POST /projects/:id/merge_requests/:merge_request_iid/draft_notes/bulk_publish';

const draft = z
  .object({
    id: z.number(),
    note: z.string(),
    discussion_id: text,
    resolve_discussion: onlyIfSo,
    position: z
      .object({ new_path: text, old_path: text, new_line: number, old_line: number })
      .nullish()
      .transform((position) => (position ? placeText(position) : undefined)),
  })
  .transform(({ id, note, discussion_id, ...rest }) => ({ id, ...rest, reply_to: discussion_id, body: note }));

export const createDraftNote = gitlabTool({
  name: 'create_draft_note',
  title: 'Draft comment',
  description:
    'A comment on a merge request that stays private until publish_draft_notes. With `path` on the diff, as create_diff_note; reply_to: a discussion_id.',
  effect: 'add',
  endpoints: [create, ...positionEndpoints],
  input: z.strictObject({
    merge_request: z.string(),
    project: z.string().optional(),
    body: z.string().min(1),
    path: z.string().min(1).optional(),
    ...whereInput,
    reply_to: z.string().min(1).optional(),
    resolve_discussion: z.boolean().optional(),
  }),
  output: z.looseObject({ id: z.int() }),
  async run({ merge_request, project, body, path, line, old_line, reply_to, resolve_discussion }, call) {
    checkQuickActions(body, call.quickActions);
    const located = await call.mergeRequest(merge_request, project);
    const position = path === undefined ? undefined : await positionOf(call, located, { path, line, old_line });
    const params = { id: located.place, merge_request_iid: located.iid };
    const fields = { note: body, in_reply_to_discussion_id: reply_to, resolve_discussion, position };
    try {
      const data = await call.post(create, { params, body: fields }, draft);
      return { about: `draft comment on merge request ${located.place.id}!${located.iid}`, data };
    } catch (error) {
      throw misplaced(error);
    }
  },
});

export const listDraftNotes = gitlabTool({
  name: 'list_draft_notes',
  title: 'List draft comments',
  description: 'Own unpublished comments on a merge request.',
  effect: 'read',
  endpoints: [all],
  input: z.strictObject({ merge_request: z.string(), project: z.string().optional(), ...pagingInput }),
  output: listOutput('draft_notes', { id: z.int() }),
  async run({ merge_request, project, cursor, limit }, call) {
    const { place, iid } = await call.mergeRequest(merge_request, project);
    const params = { id: place, merge_request_iid: iid };
    const { items, ...rest } = await call.list(all, { params, cursor, limit }, draft);
    return { about: `draft comments on merge request ${place.id}!${iid}`, data: { draft_notes: items, ...rest } };
  },
});

export const publishDraftNotes = gitlabTool({
  name: 'publish_draft_notes',
  title: 'Publish draft comments',
  description: 'Publishes all own drafts on a merge request at once.',
  effect: 'add',
  endpoints: [all, publish],
  input: z.strictObject({ merge_request: z.string(), project: z.string().optional() }),
  output: z.looseObject({ published: z.int() }),
  async run({ merge_request, project }, call) {
    const { place, iid } = await call.mergeRequest(merge_request, project);
    const params = { id: place, merge_request_iid: iid };
    // A person may have drafted some of them, and GitLab carries out quick actions on publishing.
    let count = 0;
    let cursor: string | undefined;
    do {
      const page = await call.list(all, { params, cursor, limit: 100 }, draft);
      for (const { body } of page.items) checkQuickActions(body, call.quickActions);
      count += page.items.length;
      cursor = page.next_cursor;
    } while (cursor !== undefined);
    if (count > 0) await call.text(publish, { params });
    return {
      about: `comments on merge request ${place.id}!${iid}`,
      data: { published: count },
      ...(count === 0 && { note: 'There were no drafts.' }),
    };
  },
});
