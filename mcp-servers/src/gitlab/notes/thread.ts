// Threads of comments: what of them is kept, and how a model reads them.
import * as z from 'zod';
import { clip, reveal } from '../../untrusted/index.js';
import { flag, number, person, text } from '../toolkit/fields.js';

/** Characters of one comment; GitLab takes a million. */
export const longestNote = 30_000;

const place = z
  .object({ new_path: text, old_path: text, new_line: number, old_line: number })
  .nullish()
  .transform((position) => (position ? placeText(position) : undefined));

export const noteView = z
  .object({
    id: z.number(),
    author: person,
    created_at: text,
    updated_at: text,
    body: z
      .string()
      .nullish()
      .transform((body) => clip(body ?? '', longestNote)),
    system: flag,
    internal: flag,
    confidential: flag,
    resolvable: flag,
    resolved: flag,
    resolved_by: person,
    position: place,
  })
  .transform(({ confidential, ...note }) => ({ ...note, internal: note.internal ?? confidential }));
type Note = z.output<typeof noteView>;

export const discussionView = z
  .object({ id: z.string(), notes: z.array(noteView) })
  .transform(({ id, notes }) => ({ ...threadOf(notes), discussion_id: id }));

/** A comment of which GitLab does not say in which thread it is. */
export const aloneView = noteView.transform((note) => threadOf([note]));

export interface Thread extends Record<string, unknown> {
  /** Absent where the token may not read threads. */
  discussion_id?: string;
  /** Only of what can be resolved. */
  resolved?: boolean;
  resolved_by?: string;
  /** `src/cart.ts:12`, or `src/cart.ts:12 (old)` for a line that is gone. */
  position?: string;
  /** There are further replies, which GitLab did not hand out. */
  more_replies?: true;
  notes: ShownNote[];
}

export interface ShownNote {
  id: number;
  author: string | null | undefined;
  created_at: string | null | undefined;
  updated_at?: string;
  internal?: true;
  system?: true;
  body: string;
}

function threadOf(notes: Note[]): Thread {
  const resolvable = notes.filter((note) => note.resolvable);
  const resolved_by = resolvable.find((note) => note.resolved_by)?.resolved_by;
  const position = notes.find((note) => note.position)?.position;
  return {
    ...(resolvable.length > 0 && { resolved: resolvable.every((note) => note.resolved) }),
    ...(resolved_by && { resolved_by }),
    ...(position && { position }),
    notes: notes.map(shownNote),
  };
}

export function shownNote({ id, author, created_at, updated_at, internal, system, body }: Note): ShownNote {
  return {
    id,
    author,
    created_at,
    ...(updated_at && updated_at !== created_at && { updated_at }),
    ...(internal && { internal }),
    ...(system && { system }),
    body,
  };
}

export function isSystem({ notes }: Thread): boolean {
  return notes.every(({ system }) => system);
}

/** Comments are set in, so that no line of theirs can pass for the head of another. */
export function threadText({ discussion_id, resolved, resolved_by, position, more_replies, notes }: Thread): string {
  const state =
    resolved === undefined ? undefined : resolved ? `resolved${resolved_by ? ` by ${resolved_by}` : ''}` : 'open';
  const facts = [state, position && `on ${position}`, more_replies && 'further replies left out']
    .filter(Boolean)
    .join(', ');
  const head = discussion_id === undefined ? 'comment' : `discussion ${discussion_id}`;
  return [`${head}${facts && ` (${facts})`}`, ...notes.map(noteText)].join('\n');
}

function noteText({ id, author, created_at, updated_at, internal, system, body }: ShownNote): string {
  const facts = [updated_at && `updated ${updated_at}`, internal && 'internal', system && 'system']
    .filter(Boolean)
    .join(', ');
  return `note ${id} by ${author}, ${created_at}${facts && ` (${facts})`}:\n${reveal(body).replace(/^(?=.)/gm, '  ')}`;
}

interface Position {
  new_path?: string | null | undefined;
  old_path?: string | null | undefined;
  new_line?: number | null | undefined;
  old_line?: number | null | undefined;
}

export function placeText({ new_path, old_path, new_line, old_line }: Position): string | undefined {
  const path = new_line || !old_line ? (new_path ?? old_path) : (old_path ?? new_path);
  if (!path) return undefined;
  if (new_line) return `${path}:${new_line}`;
  return old_line ? `${path}:${old_line} (old)` : path;
}
