// `createNote` and `updateNote`, on work items.
import { ApiError } from '../../http/reply.js';
import { mayEdit } from '../../services/notes/access.js';
import { bodyErrors, createNote as make } from '../../services/notes/create.js';
import { readQuickActions } from '../../services/quick-actions/index.js';
import type { Discussion } from '../../world/types.js';
import { findItem, type Item, notAvailable, notesOf, type Resolving } from '../context.js';
import type { GlobalId } from '../gid.js';

export interface CreateInput {
  body: string;
  clientMutationId?: string;
  discussionId?: GlobalId;
  internal?: boolean;
  noteableId: GlobalId;
}

export function createNote({ body, internal, noteableId, discussionId }: CreateInput, on: Resolving) {
  const item = noteableOf(on, noteableId);
  if (!on.user || !item) throw notAvailable();
  const discussion = discussionId && discussionOf(on, item, discussionId);
  const faults = faultsOf(body);
  if (faults.length > 0) return { errors: faults, note: null };
  const { commands } = readQuickActions(body);
  try {
    const { note, summary } = make(on.request, item, { body, internal, discussion });
    if (commands.length === 0) return { errors: [], note };
    const commandNames = commands.map(({ name }) => name);
    return { errors: [], note, quickActionsStatus: { commandNames, commandsOnly: !note, messages: summary } };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 403) throw notAvailable();
    return { errors: ['Failed to apply commands.'], note: null };
  }
}

const faultsOf = (body: string): string[] =>
  Object.values(bodyErrors(body)).flatMap((texts) => texts.map((text) => `Note ${text}`));

/** The old kinds of ids count as well. */
function noteableOf(on: Resolving, { model, id }: GlobalId): Item | undefined {
  if (model !== 'Epic') return findItem(on, Number(id));
  const epic = on.world.epics.find((one) => one.id === Number(id));
  return epic && findItem(on, epic.workItemId);
}

function discussionOf(on: Resolving, item: Item, { id }: GlobalId): Discussion {
  const note = notesOf(on, item).find(({ discussion }) => discussion.id === id);
  if (!note) throw notAvailable();
  return note.discussion;
}

export interface UpdateInput {
  body?: string;
  clientMutationId?: string;
  id: GlobalId;
}

export function updateNote({ id, body }: UpdateInput, on: Resolving) {
  const { world, user } = on;
  const note = world.notes.find((one) => one.id === Number(id.id));
  const { noteable } = note ?? {};
  if (!user || !note || (noteable?.kind !== 'epic' && noteable?.kind !== 'issue')) throw notAvailable();
  if (!mayEdit(world, user, note) || !notesOf(on, noteable).includes(note)) throw notAvailable();
  const faults = body === undefined ? [] : faultsOf(body);
  if (faults.length > 0) return { errors: faults, note: null };
  if (body !== undefined) Object.assign(note, { body, updatedAt: world.now() });
  return { errors: [], note };
}
