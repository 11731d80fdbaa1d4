// Comments as GraphQL has them, in the form of those from REST.
import * as z from 'zod';
import { clip } from '../../untrusted/index.js';
import { flag, person, text } from '../toolkit/fields.js';
import { longestNote, type ShownNote, type Thread } from './thread.js';

export const noteFields = 'id body system internal createdAt updatedAt author { username }';

/** What a mutation answers. */
export function payload<T>(note: z.ZodType<T>) {
  return z.object({ errors: z.array(z.string()), note: note.nullish() }).nullish();
}

/** `6a9c...` of `gid://gitlab/IndividualNoteDiscussion/6a9c...` */
const lastPart = z.string().transform((gid) => gid.slice(gid.lastIndexOf('/') + 1));

export const noteView = z
  .object({
    id: lastPart.pipe(z.coerce.number()),
    body: text.transform((body) => clip(body ?? '', longestNote)),
    system: flag,
    internal: flag,
    createdAt: text,
    updatedAt: text,
    author: person,
  })
  .transform(
    ({ createdAt, updatedAt, system, internal, ...note }): ShownNote => ({
      ...note,
      created_at: createdAt,
      ...(updatedAt && updatedAt !== createdAt && { updated_at: updatedAt }),
      ...(internal && { internal }),
      ...(system && { system }),
    }),
  );

export const discussionOf = z.object({ discussion: z.object({ id: lastPart }) });

const discussionView = z
  .object({
    id: lastPart,
    resolvable: flag,
    resolved: flag,
    resolvedBy: person,
    notes: z.object({ pageInfo: z.object({ hasNextPage: z.boolean() }), nodes: z.array(noteView) }),
  })
  .transform(
    ({ id, resolvable, resolved, resolvedBy, notes }): Thread => ({
      discussion_id: id,
      ...(resolvable && { resolved: resolved === true }),
      ...(resolvedBy && { resolved_by: resolvedBy }),
      ...(notes.pageInfo.hasNextPage && { more_replies: true }),
      notes: notes.nodes,
    }),
  );

const widget = z.object({
  discussions: z
    .object({
      pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: text }),
      nodes: z.array(discussionView),
    })
    .nullish(),
});

export const discussionsAnswer = z.object({ widgets: z.array(widget).nullish() });
