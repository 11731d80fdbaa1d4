// Comments that only their author sees until they are published.
import * as z from 'zod';
import { draftNoteEntity } from '../../entities/note.js';
import type { Context } from '../../http/context.js';
import { p } from '../../http/params.js';
import { ApiError, badRequest, forbidden, invalid, notFound, status } from '../../http/reply.js';
import { type Route, route } from '../../http/route.js';
import { findMergeRequest } from '../../services/issuables/find.js';
import { mayResolve } from '../../services/notes/access.js';
import { createNote } from '../../services/notes/create.js';
import { mayComment } from '../../services/notes/noteables.js';
import { codeOf, positionParams, toPosition } from '../../services/notes/position.js';
import { notesIn, setResolved } from '../../services/notes/threads.js';
import type { Discussion, DraftNote, MergeRequest } from '../../world/types.js';

const path = '/projects/:id/merge_requests/:merge_request_iid/draft_notes';

const createParams = z.object({
  note: p.string(),
  in_reply_to_discussion_id: p.string().nullish(),
  commit_id: p.string().nullish(),
  resolve_discussion: p.boolean().default(false),
  position: positionParams.optional(),
});

const updateParams = z.object({ note: p.filled().optional(), position: positionParams.optional() });

export const draftNotes: Route[] = [
  route('GET', path, { authenticated: true }, (context) => own(context, findMergeRequest(context)).map(present)),

  route('GET', `${path}/:draft_note_id`, { authenticated: true }, (context) =>
    present(findDraft(context, findMergeRequest(context))),
  ),

  route('POST', path, { params: createParams }, (context) => {
    const { world, params, currentUser: author } = context;
    const mergeRequest = findMergeRequest(context);
    if (!mayComment(world, author, mergeRequest)) throw forbidden();
    if (params.note.trim() === '') throw invalid({ note: ["can't be blank"] });
    const draft = world.addDraftNote({
      mergeRequest,
      author,
      body: params.note,
      discussion: discussionFor(context, mergeRequest),
      resolveDiscussion: params.resolve_discussion,
      position: params.position && toPosition(params.position),
    });
    return present(draft);
  }),

  route('PUT', `${path}/:draft_note_id`, { params: updateParams }, (context) => {
    const { note, position } = context.params;
    if (note === undefined) throw badRequest('Missing params to modify');
    const draft = findDraft(context, findMergeRequest(context));
    Object.assign(draft, { body: note, position: position && toPosition(position) });
    return present(draft);
  }),

  route('DELETE', `${path}/:draft_note_id`, {}, (context) => {
    remove(context, findDraft(context, findMergeRequest(context)));
  }),

  route('PUT', `${path}/:draft_note_id/publish`, {}, (context) => {
    publish(context, findDraft(context, findMergeRequest(context)));
    return status(204);
  }),

  route('POST', `${path}/bulk_publish`, {}, (context) => {
    const mergeRequest = findMergeRequest(context);
    const drafts = own(context, mergeRequest);
    for (const draft of drafts) publish(context, draft);
    const reviewer = mergeRequest.reviewers.find(({ user }) => user === context.user);
    if (reviewer?.state === 'unreviewed' && drafts.length > 0) reviewer.state = 'reviewed';
    return status(204);
  }),
];

const own = ({ world, user }: Context<unknown>, one: MergeRequest): DraftNote[] =>
  world.draftNotes.filter((draft) => draft.mergeRequest === one && draft.author === user);

function findDraft(context: Context<unknown>, one: MergeRequest): DraftNote {
  const id = context.id('draft_note_id');
  const draft = own(context, one).find((candidate) => candidate.id === id);
  if (!draft) throw notFound();
  return draft;
}

const present = (draft: DraftNote) =>
  draftNoteEntity(draft, draft.position && codeOf(draft.mergeRequest, draft.position));

function discussionFor(context: Context<z.output<typeof createParams>>, one: MergeRequest): Discussion | undefined {
  const { world, params, currentUser } = context;
  const { in_reply_to_discussion_id: id, resolve_discussion } = params;
  if (!id) {
    if (resolve_discussion) throw invalid({ base: ['User is not allowed to resolve thread'] });
    return undefined;
  }
  const found = world.discussions.find((discussion) => discussion.id === id && discussion.noteable === one);
  if (!found) throw invalid({ base: ['Thread to reply to cannot be found'] });
  const [first] = notesIn(world, found);
  if (resolve_discussion && !(first && mayResolve(world, currentUser, first))) {
    throw invalid({ base: ['User is not allowed to resolve thread'] });
  }
  return found;
}

/** A draft whose note is not valid, such as on a line that is gone, goes without a word, as in GitLab. */
function publish(context: Context<unknown>, draft: DraftNote): void {
  const { world, currentUser } = context;
  const { body, discussion, position, mergeRequest } = draft;
  remove(context, draft);
  try {
    createNote(context, mergeRequest, { body, discussion, position, thread: true });
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 400) throw error;
    return;
  }
  if (discussion) setResolved(world, notesIn(world, discussion), currentUser, draft.resolveDiscussion);
}

function remove({ world }: Context<unknown>, draft: DraftNote): void {
  world.draftNotes.splice(world.draftNotes.indexOf(draft), 1);
}
