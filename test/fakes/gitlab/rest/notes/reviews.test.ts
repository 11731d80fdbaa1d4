// Threads on merge requests, on lines of their diffs, and drafts of both.
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startWorkplace, type Workplace } from '../../testing/workplace.js';
import { access, type MergeRequest } from '../../world/types.js';

interface Thread {
  id: string;
  notes: { id: number; resolved: boolean }[];
}

let at: Workplace;
let one: MergeRequest;
let path: string;
let shas: { base_sha: string; start_sha: string; head_sha: string };

const BEFORE = Array.from({ length: 30 }, (_, at) => `line ${at + 1}`);

beforeEach(async () => {
  at = await startWorkplace();
  const { world } = at.gitlab;
  world.commit(at.project, { files: { 'list.txt': `${BEFORE.join('\n')}\n` } });
  const after = BEFORE.with(4, 'changed').toSpliced(5, 0, 'added');
  world.commit(at.project, { branch: 'fix', files: { 'list.txt': `${after.join('\n')}\n` } });
  one = world.addMergeRequest({ project: at.project, sourceBranch: 'fix', author: at.ada });
  path = `/projects/${at.project.id}/merge_requests/1`;
  shas = (await at.api.get<{ diff_refs: typeof shas }>(path)).body.diff_refs;
});

afterEach(() => at.gitlab.close());

const position = (lines: object) => ({
  ...shas,
  position_type: 'text',
  old_path: 'list.txt',
  new_path: 'list.txt',
  ...lines,
});

const NOT_IN_DIFF = '400 Bad request - Note {:line_code=>["can\'t be blank", "must be a valid line code"]}';

test('a thread is resolved and reopened', async () => {
  const { api } = at;
  const made = await api.post<Thread>(`${path}/discussions`, { body: 'Why?' });
  expect(made).toMatchObject({
    status: 201,
    body: { individual_note: false, notes: [{ type: 'DiscussionNote', resolvable: true, resolved: false }] },
  });
  const thread = `${path}/discussions/${made.body.id}`;
  expect((await api.put(thread, { resolved: true })).body).toMatchObject({
    notes: [{ resolved: true, resolved_by: { username: 'ada' }, resolved_at: expect.any(String) }],
  });
  expect((await api.post(`${thread}/notes`, { body: 'Thanks' })).body).toMatchObject({ resolved: true });
  const [first] = made.body.notes;
  expect((await api.put(`${thread}/notes/${first?.id}`, { resolved: false })).body).toMatchObject({ resolved: false });
  expect((await at.as(access.reporter).put(thread, { resolved: true })).status).toBe(403);
  expect((await api.put(`${thread}/notes/${first?.id}`, {})).status).toBe(400);
});

test('a comment on a line of the diff', async () => {
  const { api } = at;
  for (const lines of [
    { new_line: 6 },
    { old_line: 5 },
    { old_line: 4, new_line: 4 },
    { old_line: 7, new_line: 8 },
    // Not in a hunk, but the same line on both sides.
    { old_line: 25, new_line: 26 },
  ]) {
    const made = await api.post<Thread>(`${path}/discussions`, { body: 'Here', position: position(lines) });
    expect(made).toMatchObject({ status: 201, body: { notes: [{ type: 'DiffNote', position: lines }] } });
  }
});

test('a comment on what is no line of the diff', async () => {
  const { api } = at;
  const post = (lines: object) => api.post(`${path}/discussions`, { body: 'Here', position: position(lines) });
  for (const lines of [
    { new_line: 99 },
    // An unchanged line needs both numbers, and an added one only one.
    { new_line: 4 },
    { old_line: 6, new_line: 6 },
    { old_line: 25, new_line: 25 },
    { new_line: 6, new_path: 'other.txt' },
    { new_line: 6, head_sha: 'f'.repeat(40) },
  ]) {
    expect(await post(lines)).toMatchObject({ status: 400, body: { message: NOT_IN_DIFF } });
  }
  expect((await post({})).body).toMatchObject({ message: expect.stringContaining(':position=>["is incomplete"]') });
  const { head_sha, ...rest } = position({ new_line: 6 });
  expect((await api.post(`${path}/discussions`, { body: 'x', position: rest })).body).toEqual({
    error: 'position[head_sha] is missing',
  });
});

test('a comment on a file', async () => {
  const file = position({ position_type: 'file' });
  const made = await at.api.post<Thread>(`${path}/discussions`, { body: 'All of it', position: file });
  expect(made).toMatchObject({
    status: 201,
    body: { notes: [{ position: { position_type: 'file', new_line: null } }] },
  });
});

test('drafts are seen by their author alone until they are published', async () => {
  const { api } = at;
  const thread = (await api.post<Thread>(`${path}/discussions`, { body: 'Why?' })).body;
  const made = await api.post<{ id: number }>(`${path}/draft_notes`, {
    note: 'Here',
    position: position({ new_line: 6 }),
  });
  const digest = createHash('sha1').update('list.txt').digest('hex');
  expect(made).toMatchObject({
    status: 201,
    body: { author_id: at.ada.id, merge_request_id: one.id, line_code: `${digest}_6_6`, position: { new_line: 6 } },
  });
  const reply = { note: 'Done', in_reply_to_discussion_id: thread.id, resolve_discussion: true };
  expect((await api.post(`${path}/draft_notes`, reply)).body).toMatchObject({ discussion_id: thread.id });
  expect((await api.get(`${path}/draft_notes`)).body).toHaveLength(2);
  const reviewer = at.as(access.developer);
  expect((await reviewer.get(`${path}/draft_notes`)).body).toEqual([]);
  expect((await reviewer.put(`${path}/draft_notes/${made.body.id}`, { note: 'x' })).status).toBe(404);
  expect((await api.put(`${path}/draft_notes/${made.body.id}`, {})).body).toMatchObject({
    message: '400 Bad request - Missing params to modify',
  });
  expect((await api.get<unknown[]>(`${path}/notes`)).body).toHaveLength(1);
  expect((await api.post(`${path}/draft_notes/bulk_publish`)).status).toBe(204);
  expect((await api.get(`${path}/draft_notes`)).body).toEqual([]);
  expect((await api.get(`${path}/discussions`)).body).toMatchObject([
    { id: thread.id, notes: [{ resolved: true }, { body: 'Done', resolved: true }] },
    { notes: [{ type: 'DiffNote', position: { new_line: 6 } }] },
  ]);
});

test('one draft is published by itself', async () => {
  const { api } = at;
  const { body } = await api.post<{ id: number }>(`${path}/draft_notes`, { note: 'Well' });
  expect(body).toMatchObject({ discussion_id: null, line_code: null, position: { position_type: 'text' } });
  expect((await api.put(`${path}/draft_notes/${body.id}/publish`)).status).toBe(204);
  expect((await api.get(`${path}/notes`)).body).toMatchObject([{ body: 'Well' }]);
  expect((await api.put(`${path}/draft_notes/${body.id}/publish`)).status).toBe(404);
  expect((await api.post(`${path}/draft_notes`, { note: 'x', in_reply_to_discussion_id: 'f00' })).body).toEqual({
    message: { base: ['Thread to reply to cannot be found'] },
  });
});

test('quick actions on a merge request', async () => {
  const { api, gitlab } = at;
  const bob = gitlab.world.addUser({ username: 'bob' });
  gitlab.world.addMember(at.project, bob, access.developer);
  const only = await api.post(`${path}/notes`, { body: '/draft\n/request_review @bob' });
  expect(only).toMatchObject({
    status: 202,
    body: { summary: ['Marked this merge request as a draft. Requested a review from @bob.'] },
  });
  expect((await api.get(path)).body).toMatchObject({ draft: true, reviewers: [{ username: 'bob' }] });
  expect((await api.post(`${path}/notes`, { body: '/merge' })).body).toMatchObject({
    summary: ['Could not apply merge command.'],
  });
  await api.post(`${path}/notes`, { body: '/ready' });
  expect((await api.post(`${path}/notes`, { body: '/merge' })).body).toMatchObject({
    summary: ['Merged this merge request.'],
  });
  expect((await api.get(path)).body).toMatchObject({ state: 'merged', draft: false });
});
