// Comments on an epic where it is a work item: GitLab from 19 on has no epics in REST.
import * as z from 'zod';
import { GitLabError } from '../client/errors.js';
import { type Asker, askAbout, oneEpic } from '../epics/work-items/work-items.js';
import { graphqlError } from '../toolkit/graphql.js';
import type { Located } from '../toolkit/places.js';
import type { ShownNote, Thread } from './thread.js';
import { pageSize, type ReadPage } from './walk.js';
import { discussionOf, discussionsAnswer, noteFields, noteView, payload } from './work-item-views.js';

/**
 * The threads as numbered pages. GraphQL neither numbers nor counts them, so all are read at first; GitLab takes no more
 * than 5,000 comments on one thing.
 */
export function workItemThreads(call: Asker, epic: Located): ReadPage {
  let all: Promise<Thread[]> | undefined;
  return async (page) => {
    all ??= readAll(call, epic);
    const threads = await all;
    const remaining = threads.length - page * pageSize;
    const items = threads.slice((page - 1) * pageSize, page * pageSize);
    return { items, ...(remaining > 0 && { next_cursor: String(page + 1), remaining }) };
  };
}

const discussions = oneEpic(
  'epicComments',
  `widgets(onlyTypes: [NOTES]) { ... on WorkItemWidgetNotes { discussions(first: 100, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes {
      id resolvable resolved resolvedBy { username }
      notes(first: 100) { pageInfo { hasNextPage } nodes { ${noteFields} } }
    }
  } } }`,
  ', $after: String',
);

async function readAll(call: Asker, epic: Located): Promise<Thread[]> {
  const threads: Thread[] = [];
  let after: string | null | undefined;
  do {
    const { widgets } = await askAbout(call, epic, { query: discussions, variables: { after } }, discussionsAnswer);
    const page = widgets?.find((widget) => widget.discussions)?.discussions;
    threads.push(...(page?.nodes ?? []));
    after = page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : undefined;
  } while (after);
  return threads;
}

/**
 * GraphQL takes a comment or thread by its number alone, wherever on the instance it is. Throws GitLabError `not-found`
 * for one that is not on this epic.
 */
export async function checkIsOn(
  call: Asker,
  epic: Located,
  { note, thread }: { note?: number; thread?: string },
): Promise<void> {
  const threads = await readAll(call, epic);
  const found = threads.some(({ discussion_id, notes }) =>
    thread === undefined ? notes.some(({ id }) => id === note) : discussion_id === thread,
  );
  if (found) return;
  const what = thread === undefined ? `comment ${note}` : 'thread with that discussion_id';
  throw new GitLabError(404, 'not-found', `There is no ${what} on &${epic.iid}.`, 'Find it with list_notes.');
}

/** A reply after `checkIsOn`. Undefined where the text held quick actions only. */
export async function createOnWorkItem(
  call: Asker,
  { place, iid }: Located,
  input: {
    noteableId: string;
    body: string;
    internal?: boolean | undefined;
    discussionId?: string | undefined;
  },
): Promise<(ShownNote & { discussion_id: string }) | undefined> {
  const query = `mutation($input: CreateNoteInput!) {
    createNote(input: $input) { errors note { ${noteFields} discussion { id } } }
  }`;
  const { discussionId, ...rest } = input;
  const discussion = discussionId === undefined ? {} : { discussionId: `gid://gitlab/Discussion/${discussionId}` };
  const asked = { query, variables: { input: { ...rest, ...discussion } }, place, object: `epics/${iid}` };
  const { createNote } = await call.graphql(asked, z.object({ createNote: payload(noteView.and(discussionOf)) }));
  if (createNote?.errors.length) throw graphqlError(createNote.errors);
  if (!createNote?.note) return undefined;
  const { discussion: of, ...shown } = createNote.note;
  return { ...shown, discussion_id: of.id };
}

/** After `checkIsOn`. */
export async function updateNote(call: Asker, { place, iid }: Located, id: number, body: string): Promise<ShownNote> {
  const query = `mutation($input: UpdateNoteInput!) { updateNote(input: $input) { errors note { ${noteFields} } } }`;
  const asked = {
    query,
    variables: { input: { id: `gid://gitlab/Note/${id}`, body } },
    place,
    object: `epics/${iid}/notes/${id}`,
  };
  const { updateNote: done } = await call.graphql(asked, z.object({ updateNote: payload(noteView) }));
  if (done?.note) return done.note;
  throw graphqlError(done?.errors.length ? done.errors : ['The comment was not changed']);
}
