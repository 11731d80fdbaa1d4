import type { Family } from '../toolkit/family.js';
import { createNote } from './create.js';
import { createDiffNote } from './diff-note.js';
import { createDraftNote, listDraftNotes, publishDraftNotes } from './drafts.js';
import { editNote, resolveDiscussion } from './edit.js';
import { listNotes } from './list.js';

export const family: Family = {
  instructions:
    'Comments: list_notes tells each discussion_id to reply to or resolve. A review of several comments: create_draft_note for each, then publish_draft_notes.',
  tools: [
    listNotes,
    createNote,
    createDiffNote,
    editNote,
    resolveDiscussion,
    createDraftNote,
    listDraftNotes,
    publishDraftNotes,
  ],
};
