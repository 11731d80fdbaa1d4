// Comments, and what GitLab noted itself, by discussion.
import { epicUrl } from '../../entities/epic.js';
import { issueUrl } from '../../entities/issue-basic.js';
import type { Discussion, Note } from '../../world/types.js';
import { connection, type PageArguments } from '../connections.js';
import { notesOf, type Resolving } from '../context.js';
import { gid } from '../gid.js';
import { escaped } from '../html.js';

const discussionId = ({ id, individual }: Discussion): string =>
  gid(individual ? 'IndividualNoteDiscussion' : 'Discussion', id);

function inDiscussion(on: Resolving, discussion: Discussion): Note[] {
  const { noteable } = discussion;
  if (noteable.kind !== 'epic' && noteable.kind !== 'issue') return [];
  return notesOf(on, noteable).filter((note) => note.discussion === discussion);
}

export const notes = {
  Note: {
    id: ({ id, type }: Note) => gid(type ?? 'Note', id),
    bodyHtml: ({ body }: Note) => escaped(body),
    lastEditedAt: ({ createdAt, updatedAt }: Note) => (updatedAt > createdAt ? updatedAt : null),
    url({ id, noteable }: Note, _: unknown, { world }: Resolving) {
      if (noteable.kind === 'epic') return `${epicUrl(world, noteable)}#note_${id}`;
      return noteable.kind === 'issue' ? `${issueUrl(world, noteable)}#note_${id}` : null;
    },
  },

  Discussion: {
    id: discussionId,
    replyId: discussionId,
    createdAt: (one: Discussion, _: unknown, on: Resolving) => inDiscussion(on, one)[0]?.createdAt,
    notes: (one: Discussion, page: PageArguments, on: Resolving) =>
      connection(inDiscussion(on, one), page, ({ id }) => id),
    resolvable: (one: Discussion, _: unknown, on: Resolving) => inDiscussion(on, one).some((note) => note.resolvable),
    resolved: (one: Discussion, _: unknown, on: Resolving) => {
      const resolvable = inDiscussion(on, one).filter((note) => note.resolvable);
      return resolvable.length > 0 && resolvable.every((note) => note.resolved);
    },
    resolvedAt: (one: Discussion, _: unknown, on: Resolving) => inDiscussion(on, one)[0]?.resolvedAt,
    resolvedBy: (one: Discussion, _: unknown, on: Resolving) => inDiscussion(on, one)[0]?.resolvedBy,
  },
};
