// Comments: list, get, create, edit, for everything that can be commented on.
import * as z from 'zod';
import { noteEntity } from '../../entities/note.js';
import type { Context } from '../../http/context.js';
import { p } from '../../http/params.js';
import { forbidden, notFound, status } from '../../http/reply.js';
import { type Route, route } from '../../http/route.js';
import { mayEdit, mayRead } from '../../services/notes/access.js';
import { bodyErrors, type Created, createNote, invalidNote, withoutCommands } from '../../services/notes/create.js';
import { type NoteableFamily, noteableFamilies } from '../../services/notes/noteables.js';
import type { Note, Noteable } from '../../world/types.js';

const listParams = z.object({
  order_by: p.oneOf('created_at', 'updated_at').default('created_at'),
  sort: p.oneOf('asc', 'desc').default('desc'),
  activity_filter: p.oneOf('all_notes', 'only_comments', 'only_activity').default('all_notes'),
});

const createParams = z.object({
  body: p.string(),
  internal: p.boolean().optional(),
  confidential: p.boolean().optional(),
  created_at: p.time().optional(),
  merge_request_diff_head_sha: p.string().optional(),
});

const updateParams = z.object({ body: p.filled().optional() });

export const notes: Route[] = noteableFamilies.flatMap(routesOf);

function routesOf({ path, find, when }: NoteableFamily): Route[] {
  const needs = { authenticated: true, ...(when && { when }) };
  const scopes = ['ai_workflows'];
  return [
    route('GET', `${path}/notes`, { ...needs, scopes, params: listParams }, (context) => {
      const { world } = context;
      return context.paginate(listed(context, find(context)), (note) => noteEntity(world, note));
    }),

    route('GET', `${path}/notes/:note_id`, { ...needs, scopes }, (context) =>
      noteEntity(context.world, findNote(context, find(context))),
    ),

    route('POST', `${path}/notes`, { ...needs, scopes, params: createParams, limit: 'notes_create' }, (context) => {
      const { body, internal, confidential, created_at: createdAt } = context.params;
      return answer(
        context,
        createNote(context, find(context), { body, internal: internal ?? confidential, createdAt }),
      );
    }),

    route('PUT', `${path}/notes/:note_id`, { ...needs, params: updateParams }, (context) =>
      editNote(context, findNote(context, find(context)), context.params.body),
    ),
  ];
}

type List = Context<z.output<typeof listParams>>;

function listed({ world, user, params }: List, noteable: Noteable): Note[] {
  const { order_by, sort, activity_filter } = params;
  const field = order_by === 'created_at' ? 'createdAt' : 'updatedAt';
  const direction = sort === 'asc' ? 1 : -1;
  return world.notes
    .filter((note) => note.noteable === noteable && mayRead(world, user, note))
    .filter(({ system }) => activity_filter === 'all_notes' || system === (activity_filter === 'only_activity'))
    .sort((a, b) => direction * (a[field].getTime() - b[field].getTime() || a.id - b.id));
}

/** The note `:note_id`. Throws GitLab's 404. */
export function findNote(context: Context<unknown>, noteable: Noteable): Note {
  const id = context.id('note_id');
  const note = context.world.notes.find((one) => one.id === id && one.noteable === noteable);
  if (!note) throw notFound();
  if (!mayRead(context.world, context.user, note)) throw notFound('Note');
  return note;
}

/** The note, or a 202 with what became of its commands where there was nothing else in it. */
export function answer({ world }: Context<unknown>, { note, changes, summary }: Created) {
  if (!note) return status(202, { commands_changes: changes, summary });
  return noteEntity(world, note, changes);
}

export function editNote(context: Context<unknown>, note: Note, body: string | undefined) {
  const { world, currentUser } = context;
  if (!mayEdit(world, currentUser, note)) throw forbidden();
  if (body === undefined) return noteEntity(world, note);
  const errors = bodyErrors(body);
  if (Object.keys(errors).length > 0) throw invalidNote(errors);
  const { text, changes, summary } = withoutCommands(context, note.noteable, body);
  if (text === '') {
    world.notes.splice(world.notes.indexOf(note), 1);
    return answer(context, { note: undefined, changes, summary });
  }
  Object.assign(note, { body: text, updatedAt: world.now() });
  return noteEntity(world, note, changes);
}
