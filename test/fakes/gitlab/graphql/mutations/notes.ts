// `createNote` and `updateNote`, on work items.
import { levelOf } from '../../access.js';
import { access, type Discussion } from '../../world/types.js';
import type { World } from '../../world/world.js';
import { findItem, type Item, notAvailable, notesOf, placeOf, type Resolving } from '../context.js';
import type { GlobalId } from '../gid.js';

interface CreateInput {
  body: string;
  clientMutationId?: string;
  discussionId?: GlobalId;
  internal?: boolean;
  noteableId: GlobalId;
}

const BLANK = "Note can't be blank";

export function createNote(input: CreateInput, on: Resolving) {
  const { world, user } = on;
  const { body, internal = false } = input;
  const item = noteableOf(on, input.noteableId);
  if (!user || !item) throw notAvailable();
  if (internal && levelOf(world, user, placeOf(item)) < access.planner) throw notAvailable();
  if (body.trim() === '') return { errors: [BLANK], note: null };
  const discussion = input.discussionId && openThread(world, item, input.discussionId);
  const note = world.addNote(item, { author: user, body, internal, ...(discussion && { discussion }) });
  item.updatedAt = note.createdAt;
  return { errors: [], note };
}

/** The old kinds of ids count as well. */
function noteableOf(on: Resolving, { model, id }: GlobalId): Item | undefined {
  if (model !== 'Epic') return findItem(on, Number(id));
  const epic = on.world.epics.find((one) => one.id === Number(id));
  return epic && findItem(on, epic.workItemId);
}

/** A reply to a single comment makes a thread of it. */
function openThread(world: World, item: Item, { id }: GlobalId): Discussion {
  const discussion = world.discussions.find((one) => one.id === id && one.noteable === item);
  if (!discussion) throw notAvailable();
  discussion.individual = false;
  for (const note of world.notes) if (note.discussion === discussion) note.type ??= 'DiscussionNote';
  return discussion;
}

interface UpdateInput {
  body?: string;
  clientMutationId?: string;
  id: GlobalId;
}

export function updateNote({ id, body }: UpdateInput, on: Resolving) {
  const { world, user } = on;
  const note = world.notes.find((one) => one.id === Number(id.id));
  const { noteable } = note ?? {};
  if (!user || !note || (noteable?.kind !== 'epic' && noteable?.kind !== 'issue')) throw notAvailable();
  const mayEdit = note.author === user || levelOf(world, user, placeOf(noteable)) >= access.maintainer;
  if (note.system || !mayEdit || !notesOf(on, noteable).includes(note)) throw notAvailable();
  if (body !== undefined && body.trim() === '') return { errors: [BLANK], note: null };
  if (body !== undefined) Object.assign(note, { body, updatedAt: world.now() });
  return { errors: [], note: note };
}
