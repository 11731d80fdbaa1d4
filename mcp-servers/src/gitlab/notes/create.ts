// create_note: a comment, a reply, or the start of a thread.
import * as z from 'zod';
import { ToolError } from '../../kit/index.js';
import { epicLookup, identifyEpic } from '../epics/api.js';
import { checkQuickActions } from '../toolkit/quick-actions.js';
import { gitlabTool } from '../toolkit/tool.js';
import { noteableOf } from './noteable.js';
import { noteView, shownNote } from './thread.js';
import { checkIsOn, createOnWorkItem } from './work-item.js';

const notes = {
  issue: 'POST /projects/:id/issues/:noteable_id/notes',
  merge_request: 'POST /projects/:id/merge_requests/:noteable_id/notes',
  snippet: 'POST /projects/:id/snippets/:noteable_id/notes',
  epic: 'POST /groups/:id/epics/:noteable_id/notes',
} as const;

const threads = {
  issue: 'POST /projects/:id/issues/:noteable_id/discussions',
  merge_request: 'POST /projects/:id/merge_requests/:noteable_id/discussions',
  snippet: 'POST /projects/:id/snippets/:noteable_id/discussions',
  epic: 'POST /groups/:id/epics/:noteable_id/discussions',
} as const;

const replies = {
  issue: 'POST /projects/:id/issues/:noteable_id/discussions/:discussion_id/notes',
  merge_request: 'POST /projects/:id/merge_requests/:noteable_id/discussions/:discussion_id/notes',
  snippet: 'POST /projects/:id/snippets/:noteable_id/discussions/:discussion_id/notes',
  epic: 'POST /groups/:id/epics/:noteable_id/discussions/:discussion_id/notes',
} as const;

/** What quick actions did: the whole of a 202, or beside the comment that had text too. */
const commands = z.object({
  summary: z.array(z.string()).nullish(),
  commands_changes: z.record(z.string(), z.unknown()).nullish(),
});

const written = z.union([
  z.object({ id: z.string(), notes: z.array(noteView).min(1) }),
  z.intersection(noteView, commands),
  commands.required({ commands_changes: true }),
]);

export const createNote = gitlabTool({
  name: 'create_note',
  title: 'Comment',
  description:
    'Comments on an issue, merge request, epic or snippet. reply_to: a discussion_id; thread: starts one that can be resolved; internal: for members only.',
  effect: 'add',
  endpoints: [...Object.values(notes), ...Object.values(threads), ...Object.values(replies), ...epicLookup],
  input: z.strictObject({
    on: z.string(),
    project: z.string().optional(),
    body: z.string().min(1),
    reply_to: z.string().min(1).optional(),
    thread: z.boolean().optional(),
    internal: z.boolean().optional(),
  }),
  output: z.looseObject({ id: z.int().optional(), discussion_id: z.string().optional() }),
  async run({ on, project, body: text, reply_to, thread, internal }, call) {
    checkQuickActions(text, call.quickActions);
    if (internal && (reply_to || thread)) throw internalThread();
    const { kind, place, id, about } = await noteableOf(call, on, project);
    const located = { place, iid: id };
    const epic = kind === 'epic' ? await identifyEpic(call, located) : undefined;
    if (epic?.api === 'graphql') {
      if (reply_to) await checkIsOn(call, located, { thread: reply_to });
      const input = { noteableId: epic.id, body: text, internal, discussionId: reply_to };
      const note = await createOnWorkItem(call, located, input);
      return { about: `new comment on ${about}`, ...(note ? { data: note } : { data: {}, note: actionsOnly }) };
    }
    const params = { id: place, noteable_id: epic?.id ?? id };
    const body = { body: text, ...(internal && { internal }) };
    const found = reply_to
      ? await call.post(replies[kind], { params: { ...params, discussion_id: reply_to }, body }, written)
      : await call.post(thread ? threads[kind] : notes[kind], { params, body }, written);
    return { about: `new comment on ${about}`, ...outcome(found, reply_to) };
  },
});

const actionsOnly = 'The text held quick actions only: GitLab carried them out and kept no comment.';

function outcome(found: z.output<typeof written>, reply_to: string | undefined) {
  if ('notes' in found) {
    const [first] = found.notes;
    return { data: { discussion_id: found.id, ...(first && shownNote(first)) } };
  }
  const { summary, commands_changes } = found;
  const changes = Object.keys(commands_changes ?? {}).length > 0 ? commands_changes : undefined;
  const done = { quick_actions: summary, changes };
  if ('id' in found) return { data: { ...shownNote(found), discussion_id: reply_to, ...done } };
  return { data: done, note: actionsOnly };
}

function internalThread(): ToolError {
  return new ToolError(
    'bad-arguments',
    'A reply is as internal as its thread, and GitLab starts internal comments without a thread only.',
    'Leave out internal, or reply_to and thread.',
  );
}
