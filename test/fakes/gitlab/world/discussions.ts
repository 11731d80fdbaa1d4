// What people say about issues, merge requests, epics and snippets.
import { randomBytes } from 'node:crypto';
import type { Epic } from './epics.js';
import type { Input } from './input.js';
import type { Issue } from './issues.js';
import type { MergeRequest } from './merge-requests.js';
import type { User } from './people.js';
import type { Snippet } from './snippets.js';
import type { World } from './world.js';

export type Noteable = Issue | MergeRequest | Epic | Snippet;

export interface Discussion {
  /** 40 hexadecimal digits. */
  id: string;
  noteable: Noteable;
  /** A single comment that nobody replied to. */
  individual: boolean;
}

export interface DiffPosition {
  baseSha: string;
  startSha: string;
  headSha: string;
  oldPath: string;
  newPath: string;
  positionType: 'text' | 'image' | 'file';
  oldLine: number | null;
  newLine: number | null;
  /** As GitLab answers it, `{ start: {...}, end: {...} }`. */
  lineRange: unknown;
}

export interface Note {
  id: number;
  discussion: Discussion;
  noteable: Noteable;
  type: 'DiscussionNote' | 'DiffNote' | null;
  body: string;
  author: User;
  system: boolean;
  internal: boolean;
  resolvable: boolean;
  resolved: boolean;
  resolvedBy: User | undefined;
  resolvedAt: Date | undefined;
  position: DiffPosition | undefined;
  createdAt: Date;
  updatedAt: Date;
}

/** A comment of a review that was not published yet: only its author sees it. */
export interface DraftNote {
  id: number;
  mergeRequest: MergeRequest;
  author: User;
  body: string;
  discussion: Discussion | undefined;
  resolveDiscussion: boolean;
  position: DiffPosition | undefined;
}

export type DraftNoteInput = Input<DraftNote, 'mergeRequest'>;

export function newDiscussion(noteable: Noteable, individual: boolean): Discussion {
  return { id: randomBytes(20).toString('hex'), noteable, individual };
}

export function newNote(world: World, noteable: Noteable, input: Partial<Note>): Note {
  const now = world.now();
  const discussion = input.discussion ?? world.addDiscussion(noteable, true);
  const type = input.type ?? (input.position ? 'DiffNote' : discussion.individual ? null : 'DiscussionNote');
  return {
    id: world.ids.next('note'),
    body: 'A comment',
    author: noteable.author,
    system: false,
    internal: false,
    resolvable: noteable.kind === 'merge_request' && type !== null,
    resolved: false,
    resolvedBy: undefined,
    resolvedAt: undefined,
    position: undefined,
    createdAt: now,
    updatedAt: now,
    ...input,
    type,
    discussion,
    noteable,
  };
}

export function newDraftNote(world: World, input: DraftNoteInput): DraftNote {
  return {
    id: world.ids.next('draftNote'),
    author: input.mergeRequest.author,
    body: 'A draft',
    discussion: undefined,
    resolveDiscussion: false,
    position: undefined,
    ...input,
  };
}
