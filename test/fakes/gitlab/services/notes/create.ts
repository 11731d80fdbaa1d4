// Makes a note as GitLab does: its commands are carried out, and without any other text there is no note.
import type { Context } from '../../http/context.js';
import { type ApiError, badRequest, forbidden } from '../../http/reply.js';
import { access, type DiffPosition, type Discussion, type Note, type Noteable } from '../../world/types.js';
import type { Changes } from '../issuables/changes.js';
import { carryOut, readQuickActions } from '../quick-actions/index.js';
import { levelAt, mayComment } from './noteables.js';
import { positionErrors } from './position.js';
import { replyTo, startThread } from './threads.js';

export interface NewNote {
  body: string;
  internal?: boolean | undefined;
  /** To reply to. */
  discussion?: Discussion | undefined;
  /** Begins a thread, where it is no reply. */
  thread?: boolean;
  position?: DiffPosition | undefined;
  createdAt?: Date | undefined;
}

export interface Created {
  /** Undefined for a body of nothing but commands. */
  note: Note | undefined;
  changes: Changes;
  /** What became of the commands. */
  summary: string[];
}

/** Throws a 403 for who may not, and the 400 of a note that is not valid. */
export function createNote(context: Context<unknown>, noteable: Noteable, input: NewNote): Created {
  const { world, currentUser: author } = context;
  const level = levelAt(world, author, noteable);
  if (!mayComment(world, author, noteable) || (input.internal && level < access.planner)) throw forbidden();
  const errors = errorsOf(noteable, input);
  if (Object.keys(errors).length > 0) throw invalidNote(errors);
  const { text, changes, summary } = withoutCommands(context, noteable, input.body);
  if (text === '') return { note: undefined, changes, summary };
  const createdAt = (level >= access.owner ? input.createdAt : undefined) ?? world.now();
  const fields = {
    body: text,
    author,
    internal: input.internal ?? false,
    createdAt,
    updatedAt: createdAt,
    ...(input.position && { position: input.position }),
  };
  noteable.updatedAt = world.now();
  const note = input.discussion
    ? replyTo(world, input.discussion, fields)
    : input.thread
      ? startThread(world, noteable, fields)
      : world.addNote(noteable, fields);
  return { note, changes, summary };
}

/** Carries the commands of a body out and returns the rest of it. Snippets know none. */
export function withoutCommands(context: Context<unknown>, noteable: Noteable, body: string) {
  if (noteable.kind === 'snippet') return { text: body, changes: {}, summary: [] };
  const { text, commands } = readQuickActions(body);
  return { text, ...carryOut(context, noteable, commands) };
}

const MAX_BODY = 1_000_000;

function errorsOf(noteable: Noteable, { body, internal, position }: NewNote): Record<string, string[]> {
  return {
    ...bodyErrors(body),
    ...(internal && noteable.kind === 'snippet' && { confidential: ['can not be set for this resource'] }),
    ...(position && noteable.kind === 'merge_request' && positionErrors(noteable, position)),
  };
}

export function bodyErrors(body: string): Record<string, string[]> {
  if (body.trim() === '') return { note: ["can't be blank"] };
  return body.length > MAX_BODY ? { note: [`is too long (maximum is ${MAX_BODY} characters)`] } : {};
}

/** The errors as Ruby writes them: `400 Bad request - Note {:note=>["can't be blank"]}`. */
export function invalidNote(errors: Readonly<Record<string, readonly string[]>>): ApiError {
  const pairs = Object.entries(errors).map(
    ([key, texts]) => `:${key}=>[${texts.map((text) => JSON.stringify(text)).join(', ')}]`,
  );
  return badRequest(`Note {${pairs.join(', ')}}`);
}
