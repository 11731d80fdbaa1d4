// Comments on an epic where it is a work item: GitLab from 19 on has no epics in REST.
import { z } from 'zod';
import type { Place } from '../client/endpoint.js';
import { GitLabError } from '../client/errors.js';
import type { Call } from '../toolkit/call.js';
import { graphqlError } from '../toolkit/graphql.js';
import type { ShownNote, Thread } from './thread.js';
import { pageSize, type ReadPage } from './walk.js';
import { discussionOf, discussionsAnswer, noteFields, noteView, payload } from './work-item-views.js';

export const graphql = 'POST /graphql';
type Asker = Call<typeof graphql>;

/** The global id, `gid://gitlab/WorkItem/12`. Throws GitLabError `not-found`. */
export async function workItemId(call: Asker, group: Place, iid: number): Promise<string> {
  const query = `query($path: ID!, $iid: String!) { namespace(fullPath: $path) { workItem(iid: $iid) { id } } }`;
  const answer = z.object({ namespace: z.object({ workItem: z.object({ id: z.string() }).nullable() }).nullable() });
  const { namespace } = await call.graphql({ query, variables: variables(group, iid), place: group }, answer);
  if (namespace?.workItem) return namespace.workItem.id;
  throw new GitLabError(
    404,
    'not-found',
    `There is no epic &${iid} in ${group.id}, or the token may not see it.`,
    'Check the number and the group: list_epics.',
  );
}

/**
 * The threads as numbered pages. GraphQL neither numbers nor counts them, so all are read at first; GitLab takes no more
 * than 5,000 comments on one thing.
 */
export function workItemThreads(call: Asker, group: Place, iid: number): ReadPage {
  let all: Promise<Thread[]> | undefined;
  return async (page) => {
    all ??= readAll(call, group, iid);
    const threads = await all;
    const remaining = threads.length - page * pageSize;
    const items = threads.slice((page - 1) * pageSize, page * pageSize);
    return { items, ...(remaining > 0 && { next_cursor: String(page + 1), remaining }) };
  };
}

async function readAll(call: Asker, group: Place, iid: number): Promise<Thread[]> {
  const query = `query($path: ID!, $iid: String!, $after: String) {
    namespace(fullPath: $path) { workItem(iid: $iid) { widgets(onlyTypes: [NOTES]) { ... on WorkItemWidgetNotes {
      discussions(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { id resolvable resolved resolvedBy { username } notes(first: 100) {
          pageInfo { hasNextPage }
          nodes { ${noteFields} }
        } }
      }
    } } } }
  }`;
  const threads: Thread[] = [];
  let after: string | null | undefined;
  do {
    const asked = { ...variables(group, iid), after };
    const { namespace } = await call.graphql({ query, variables: asked, place: group }, discussionsAnswer);
    const discussions = namespace?.workItem?.widgets?.find((widget) => widget.discussions)?.discussions;
    threads.push(...(discussions?.nodes ?? []));
    after = discussions?.pageInfo.hasNextPage ? discussions.pageInfo.endCursor : undefined;
  } while (after);
  return threads;
}

/** A reply after `checkIsOn`. Undefined where the text held quick actions only. */
export async function createOnWorkItem(
  call: Asker,
  group: Place,
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
  const asked = { query, variables: { input: { ...rest, ...discussion } }, place: group };
  const note = noteView.and(discussionOf);
  const { createNote } = await call.graphql(asked, z.object({ createNote: payload(note) }));
  if (createNote?.errors.length) throw graphqlError(createNote.errors);
  if (!createNote?.note) return undefined;
  const { discussion: of, ...shown } = createNote.note;
  return { ...shown, discussion_id: of.id };
}

/**
 * GraphQL takes a comment or thread by its number alone, wherever on the instance it is. Throws GitLabError `not-found`
 * for one that is not on this epic.
 */
export async function checkIsOn(
  call: Asker,
  group: Place,
  iid: number,
  { note, thread }: { note?: number; thread?: string },
): Promise<void> {
  const threads = await readAll(call, group, iid);
  const found = threads.some(({ discussion_id, notes }) =>
    thread === undefined ? notes.some(({ id }) => id === note) : discussion_id === thread,
  );
  if (found) return;
  const what = thread === undefined ? `comment ${note}` : 'thread with that discussion_id';
  throw new GitLabError(404, 'not-found', `There is no ${what} on &${iid}.`, 'Find it with list_notes.');
}

/** After `checkIsOn`. */
export async function updateNote(call: Asker, group: Place, id: number, body: string): Promise<ShownNote> {
  const query = `mutation($input: UpdateNoteInput!) { updateNote(input: $input) { errors note { ${noteFields} } } }`;
  const asked = { query, variables: { input: { id: `gid://gitlab/Note/${id}`, body } }, place: group };
  const { updateNote: done } = await call.graphql(asked, z.object({ updateNote: payload(noteView) }));
  if (done?.note) return done.note;
  throw graphqlError(done?.errors.length ? done.errors : ['The comment was not changed']);
}

function variables(group: Place, iid: number) {
  return { path: String(group.id), iid: String(iid) };
}
