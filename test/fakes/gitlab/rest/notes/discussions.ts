// Threads: list, get, create, also on a line of a diff; reply, edit, resolve.
import * as z from 'zod';
import { discussionEntity, noteEntity } from '../../entities/note.js';
import type { Context } from '../../http/context.js';
import { p } from '../../http/params.js';
import { badRequest, forbidden, notFound, status } from '../../http/reply.js';
import { type Route, route } from '../../http/route.js';
import { mayRead, mayResolve } from '../../services/notes/access.js';
import { createNote } from '../../services/notes/create.js';
import { type NoteableFamily, noteableFamilies } from '../../services/notes/noteables.js';
import { positionParams, toPosition } from '../../services/notes/position.js';
import { notesIn, setResolved } from '../../services/notes/threads.js';
import type { Discussion, Note, Noteable } from '../../world/types.js';
import { answer, editNote, findNote } from './notes.js';

const replyParams = z.object({ body: p.string(), created_at: p.time().optional() });
const createParams = replyParams.extend({ position: positionParams.optional() });
const resolveParams = z.object({ resolved: p.boolean() });
const editParams = z.object({ body: p.string().optional(), resolved: p.boolean().optional() });

export const discussions: Route[] = noteableFamilies.flatMap(routesOf);

function routesOf({ path, find, when }: NoteableFamily): Route[] {
  const needs = { authenticated: true, ...(when && { when }) };
  const one = `${path}/discussions/:discussion_id`;
  const resolvable = path.includes('/merge_requests/');
  return [
    route('GET', `${path}/discussions`, needs, (context) => {
      const noteable = find(context);
      const seen = context.world.discussions.filter((each) => readable(context, noteable, each).length > 0);
      return context.paginate(seen, (each) => present(context, each));
    }),

    route('GET', one, needs, (context) => present(context, findDiscussion(context, find(context)))),

    route('GET', `${one}/notes`, needs, (context) => {
      const noteable = find(context);
      const notes = readable(context, noteable, findDiscussion(context, noteable, 'Notes'));
      return notes.map((note) => noteEntity(context.world, note));
    }),

    route('GET', `${one}/notes/:note_id`, needs, (context) =>
      noteEntity(context.world, findNote(context, find(context))),
    ),

    route('POST', `${path}/discussions`, { ...needs, params: createParams }, (context) => {
      const { body, created_at: createdAt, position: given } = context.params;
      const position = resolvable && given ? toPosition(given) : undefined;
      const made = createNote(context, find(context), { body, createdAt, position, thread: true });
      return made.note ? present(context, made.note.discussion) : answer(context, made);
    }),

    route('POST', `${one}/notes`, { ...needs, params: replyParams }, (context) => {
      const noteable = find(context);
      const discussion = findDiscussion(context, noteable);
      const [first] = readable(context, noteable, discussion);
      if (first?.system || (discussion.individual && noteable.kind === 'snippet')) {
        throw badRequest('Discussion can not be replied to.');
      }
      const { body, created_at: createdAt } = context.params;
      return answer(context, createNote(context, noteable, { body, createdAt, discussion }));
    }),

    route(
      'PUT',
      `${one}/notes/:note_id`,
      { ...needs, params: editParams, exactlyOneOf: ['body', 'resolved'] },
      (context) => {
        const { body, resolved } = context.params;
        const note = findNote(context, find(context));
        return resolved === undefined ? editNote(context, note, body) : resolveNote(context, note, resolved);
      },
    ),

    ...(resolvable
      ? [
          route('PUT', one, { ...needs, params: resolveParams }, (context) => {
            const { world, currentUser, params } = context;
            const discussion = findDiscussion(context, find(context));
            const notes = notesIn(world, discussion).filter((note) => note.resolvable);
            if (!notes[0] || !mayResolve(world, currentUser, notes[0])) throw forbidden();
            setResolved(world, notes, currentUser, params.resolved);
            return status(200, present(context, discussion));
          }),
        ]
      : []),
  ];
}

function readable({ world, user }: Context<unknown>, noteable: Noteable, discussion: Discussion): Note[] {
  if (discussion.noteable !== noteable) return [];
  return notesIn(world, discussion).filter((note) => mayRead(world, user, note));
}

/** The discussion `:discussion_id`. Throws GitLab's 404 where nothing of it may be read. */
function findDiscussion(context: Context<unknown>, noteable: Noteable, what = 'Discussion'): Discussion {
  const found = context.world.discussions.find(({ id }) => id === context.path['discussion_id']);
  if (!found || readable(context, noteable, found).length === 0) throw notFound(what);
  return found;
}

const present = (context: Context<unknown>, discussion: Discussion) =>
  discussionEntity(context.world, discussion, readable(context, discussion.noteable, discussion));

function resolveNote(context: Context<unknown>, note: Note, resolved: boolean) {
  const { world, currentUser } = context;
  if (!mayResolve(world, currentUser, note)) throw forbidden();
  if (!note.resolvable) throw badRequest('Note is not resolvable');
  setResolved(world, [note], currentUser, resolved);
  return noteEntity(world, note);
}
