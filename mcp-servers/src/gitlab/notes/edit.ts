// edit_note and resolve_discussion
import * as z from 'zod';
import { ToolError } from '../../kit/index.js';
import { epicLookup, identifyEpic } from '../epics/api.js';
import { checkQuickActions } from '../toolkit/quick-actions.js';
import { gitlabTool } from '../toolkit/tool.js';
import { noteableOf } from './noteable.js';
import { discussionView, noteView, shownNote } from './thread.js';
import { checkIsOn, updateNote } from './work-item.js';

const notes = {
  issue: 'PUT /projects/:id/issues/:noteable_id/notes/:note_id',
  merge_request: 'PUT /projects/:id/merge_requests/:noteable_id/notes/:note_id',
  snippet: 'PUT /projects/:id/snippets/:noteable_id/notes/:note_id',
  epic: 'PUT /groups/:id/epics/:noteable_id/notes/:note_id',
} as const;

export const editNote = gitlabTool({
  name: 'edit_note',
  title: 'Edit comment',
  description: 'Replaces the text of an own comment. on: what it is on, with note_id; or its address.',
  effect: 'change',
  endpoints: [...Object.values(notes), ...epicLookup],
  input: z.strictObject({
    on: z.string(),
    note_id: z.int().min(1).optional(),
    project: z.string().optional(),
    body: z.string().min(1),
  }),
  output: z.looseObject({ id: z.int() }),
  async run({ on, note_id, project, body }, call) {
    checkQuickActions(body, call.quickActions);
    const { kind, place, id, about, noteId } = await noteableOf(call, on, project);
    const which = note_id ?? noteId;
    if (which === undefined)
      throw new ToolError('bad-arguments', 'It is not said which comment.', 'Give note_id, from list_notes.');
    const found = { about: `comment ${which} on ${about}` };
    const located = { place, iid: id };
    const epic = kind === 'epic' ? await identifyEpic(call, located) : undefined;
    if (epic?.api === 'graphql') {
      await checkIsOn(call, located, { note: which });
      return { ...found, data: { ...(await updateNote(call, located, which, body)) } };
    }
    const params = { id: place, noteable_id: epic?.id ?? id, note_id: which };
    return { ...found, data: { ...shownNote(await call.put(notes[kind], { params, body: { body } }, noteView)) } };
  },
});

const resolvable = {
  issue: 'PUT /projects/:id/issues/:noteable_id/discussions/:discussion_id',
  merge_request: 'PUT /projects/:id/merge_requests/:noteable_id/discussions/:discussion_id',
} as const;

export const resolveDiscussion = gitlabTool({
  name: 'resolve_discussion',
  title: 'Resolve discussion',
  description: 'Resolves a thread on a merge request or issue, or opens it again.',
  effect: 'change',
  endpoints: Object.values(resolvable),
  input: z.strictObject({
    on: z.string(),
    discussion_id: z.string().min(1),
    project: z.string().optional(),
    resolved: z.boolean().default(true),
  }),
  output: z.looseObject({ discussion_id: z.string(), resolved: z.boolean().optional() }),
  async run({ on, discussion_id, project, resolved }, call) {
    const { kind, place, id, about } = await noteableOf(call, on, project);
    if (kind !== 'merge_request' && kind !== 'issue') {
      throw new ToolError(
        'wrong-kind',
        `Threads on a ${kind} cannot be resolved.`,
        'Name a merge request or issue, or reply instead.',
      );
    }
    const params = { id: place, noteable_id: id, discussion_id };
    const { notes: _, ...data } = await call.put(resolvable[kind], { params, body: { resolved } }, discussionView);
    return { about: `discussion on ${about}`, data };
  },
});
