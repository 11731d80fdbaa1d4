// list_notes: the threads on something, in either direction.
import * as z from 'zod';
import { ToolError } from '../../kit/index.js';
import { responseFormat } from '../toolkit/fields.js';
import { listOutput } from '../toolkit/paging.js';
import { gitlabTool } from '../toolkit/tool.js';
import { discussionEndpoints, discussionsOf } from './discussions.js';
import { noteableOf } from './noteable.js';
import { isSystem, type Thread, threadText } from './thread.js';
import { readThreads } from './walk.js';

export const listNotes = gitlabTool({
  name: 'list_notes',
  title: 'List comments',
  description:
    'Threads of comments on an issue (#12), merge request (!34), epic (&5) or snippet ($7); the address of one comment gives its thread. order: of the threads.',
  effect: 'read',
  endpoints: discussionEndpoints,
  input: z.strictObject({
    on: z.string(),
    project: z.string().optional(),
    order: z.enum(['oldest', 'newest']).default('oldest'),
    only_unresolved: z.boolean().default(false),
    system: z.boolean().default(false),
    cursor: z.string().optional(),
    limit: z.int().min(1).max(100).default(20),
    response_format: responseFormat,
  }),
  output: listOutput('threads', { discussion_id: z.string().optional() }),
  async run({ on, project, order, only_unresolved, system, cursor, limit, response_format }, call) {
    const noteable = await noteableOf(call, on, project);
    const { noteId, about } = noteable;
    const wanted = (thread: Thread) => {
      if (noteId !== undefined) return thread.notes.some(({ id }) => id === noteId);
      return (system || !isSystem(thread)) && (!only_unresolved || thread.resolved === false);
    };
    const pages = await discussionsOf(call, noteable);
    const { threads, next_cursor, atMost } = await readThreads(pages, {
      newestFirst: order === 'newest',
      wanted,
      cursor,
      limit: noteId === undefined ? limit : 1,
    });
    const shown = response_format === 'detailed' ? threads : threads.map(concise);
    const found = { about: `comments on ${about}`, text: shown.map(threadText).join('\n\n') };
    if (noteId !== undefined) {
      if (shown.length === 0) throw noSuchNote(noteId, about);
      return { ...found, data: { threads: shown } };
    }
    const note = [more(next_cursor, atMost), shown.some(({ discussion_id }) => discussion_id === undefined) && alone];
    return {
      ...found,
      data: { threads: shown, ...(next_cursor && { next_cursor }) },
      note: note.filter(Boolean).join(' '),
    };
  },
});

const alone =
  "The token's scope covers single comments only: which belong together is not known, and replies are not possible.";

function more(cursor: string | undefined, atMost: number | undefined): string {
  if (cursor === undefined) return '';
  return `${atMost === undefined ? 'More threads' : `At most ${atMost} more threads`}: call again with cursor ${cursor}.`;
}

/** Without when a comment was edited or resolved. */
function concise(thread: Thread): Thread {
  return { ...thread, notes: thread.notes.map(({ updated_at: _, ...note }) => note) };
}

function noSuchNote(noteId: number, about: string): ToolError {
  return new ToolError(
    'not-found',
    `Among the threads looked at on ${about} there is no comment ${noteId}.`,
    'It may be deleted, or internal and not for this token. List all threads with what they are on.',
  );
}
