import { PAGE } from './core.js';

/** The arguments of lists of notes and discussions. */
export const NOTES = `filter: NotesFilterType = ALL_NOTES, ${PAGE}`;

export const notes = `
  type Note {
    id: NoteID!
    author: UserCore
    body: String!
    bodyHtml: String
    createdAt: Time!
    discussion: Discussion
    internal: Boolean
    lastEditedAt: Time
    resolvable: Boolean!
    resolved: Boolean!
    resolvedAt: Time
    resolvedBy: UserCore
    system: Boolean!
    updatedAt: Time!
    url: String
  }

  type Discussion {
    id: DiscussionID!
    createdAt: Time!
    notes(${PAGE}): NoteConnection!
    replyId: DiscussionID!
    resolvable: Boolean!
    resolved: Boolean!
    resolvedAt: Time
    resolvedBy: UserCore
  }

  enum NotesFilterType { ALL_NOTES ONLY_COMMENTS ONLY_ACTIVITY }
`;
