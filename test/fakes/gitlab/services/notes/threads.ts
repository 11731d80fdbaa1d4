// Notes that belong together.
import type { Discussion, Note, Noteable, User } from '../../world/types.js';
import type { World } from '../../world/world.js';

/** Oldest first. */
export const notesIn = ({ notes }: World, discussion: Discussion): Note[] =>
  notes.filter((note) => note.discussion === discussion);

export function startThread(world: World, noteable: Noteable, fields: Partial<Note>): Note {
  return world.addNote(noteable, { ...fields, discussion: world.addDiscussion(noteable) });
}

/** A single comment becomes a thread by it. It is as internal, and in a thread that is resolved as resolved, as the rest. */
export function replyTo(world: World, discussion: Discussion, fields: Partial<Note>): Note {
  const before = notesIn(world, discussion);
  const [first] = before;
  discussion.individual = false;
  for (const note of before) {
    note.type ??= 'DiscussionNote';
    note.resolvable = note.noteable.kind === 'merge_request' && !note.system;
  }
  const resolved = isResolved(before);
  const reply = world.addNote(discussion.noteable, {
    ...fields,
    discussion,
    internal: first?.internal ?? false,
    ...(first?.position && { position: first.position }),
  });
  if (resolved && fields.author) setResolved(world, [reply], fields.author, true);
  return reply;
}

function isResolved(notes: readonly Note[]): boolean {
  const resolvable = notes.filter((note) => note.resolvable);
  return resolvable.length > 0 && resolvable.every((note) => note.resolved);
}

export function setResolved(world: World, notes: readonly Note[], user: User, resolved: boolean): void {
  for (const note of notes) {
    if (!note.resolvable || note.resolved === resolved) continue;
    note.resolved = resolved;
    note.resolvedBy = resolved ? user : undefined;
    note.resolvedAt = resolved ? world.now() : undefined;
    note.updatedAt = world.now();
  }
}
