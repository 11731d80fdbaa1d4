// Comments on work items.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { gidOf, type Planning, part, startPlanning } from '../testing/epics.js';
import type { Epic } from '../world/types.js';

const CREATE = `mutation ($input: CreateNoteInput!) {
  createNote(input: $input) {
    errors
    note { id body internal url author { username } discussion { id } }
    quickActionsStatus { commandsOnly messages }
  }
}`;

let at: Planning;
let epic: Epic;

beforeEach(async () => {
  at = await startPlanning();
  ({ epic } = at);
});

afterEach(() => at.gitlab.close());

test('comments, replies and corrections', async () => {
  const first = await at.ask(CREATE, { input: { noteableId: gidOf(epic), body: 'Soon?', internal: true } });
  const { note } = part<{ note: { id: string; discussion: { id: string } } }>(first, 'createNote');
  expect(note).toMatchObject({ body: 'Soon?', internal: true, url: expect.stringContaining('/epics/1#note_') });
  const reply = { noteableId: gidOf(epic), body: 'Next week', discussionId: note.discussion.id };
  expect((await at.ask(CREATE, { input: reply })).data).toMatchObject({
    createNote: { errors: [], note: { discussion: { id: note.discussion.id.replace('IndividualNote', '') } } },
  });
  const EDIT = 'mutation ($input: UpdateNoteInput!) { updateNote(input: $input) { errors note { body } } }';
  expect((await at.ask(EDIT, { input: { id: note.id, body: 'When?' } })).data).toEqual({
    updateNote: { errors: [], note: { body: 'When?' } },
  });
  expect((await at.ask(CREATE, { input: { noteableId: gidOf(epic), body: ' ' } })).data).toEqual({
    createNote: { errors: ["Note can't be blank"], note: null, quickActionsStatus: null },
  });
});

test('commands in a comment are carried out', async () => {
  const input = { noteableId: gidOf(epic), body: '/close' };
  expect((await at.ask(CREATE, { input })).data).toEqual({
    createNote: {
      errors: [],
      note: null,
      quickActionsStatus: { commandsOnly: true, messages: ['Closed this epic.'] },
    },
  });
  expect(epic.state).toBe('closed');
});
