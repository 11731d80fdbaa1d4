import { afterEach, beforeEach, expect, test } from 'vitest';
import { clientOf, startWorkplace, type Workplace } from '../../testing/workplace.js';
import { access, type Issue } from '../../world/types.js';

interface NoteAnswer {
  id: number;
  body: string;
}

let at: Workplace;
let issue: Issue;
let path: string;

beforeEach(async () => {
  at = await startWorkplace();
  issue = at.gitlab.world.addIssue({ project: at.project, author: at.ada });
  path = `/projects/${at.project.id}/issues/1`;
});

afterEach(() => at.gitlab.close());

test('a comment is made, read and edited', async () => {
  const { api, project } = at;
  const made = await api.post<NoteAnswer>(`${path}/notes`, { body: 'It rounds **down**.' });
  expect(made).toMatchObject({
    status: 201,
    body: {
      type: null,
      body: 'It rounds **down**.',
      author: { username: 'ada' },
      system: false,
      noteable_id: issue.id,
      noteable_iid: 1,
      noteable_type: 'Issue',
      project_id: project.id,
      resolvable: false,
      internal: false,
      confidential: false,
      commands_changes: {},
    },
  });
  const { id } = made.body;
  expect((await api.get(`${path}/notes/${id}`)).body).toEqual(made.body);
  expect((await api.put(`${path}/notes/${id}`, { body: 'Up.' })).body).toMatchObject({ id, body: 'Up.' });
  expect((await at.as(access.developer).put(`${path}/notes/${id}`, { body: 'Mine' })).status).toBe(403);
  expect((await api.get(path)).body).toMatchObject({ user_notes_count: 1 });
  expect((await api.get(`${path}/notes/1`)).body).toEqual({ message: '404 Not found' });
});

test('what is no comment', async () => {
  const { api } = at;
  const post = (body: object) => api.post(`${path}/notes`, body);
  expect(await post({})).toMatchObject({ status: 400, body: { error: 'body is missing' } });
  expect(await post({ body: ' ' })).toMatchObject({
    status: 400,
    body: { message: '400 Bad request - Note {:note=>["can\'t be blank"]}' },
  });
  expect((await post({ body: 'x'.repeat(1_000_001) })).body).toMatchObject({
    message: '400 Bad request - Note {:note=>["is too long (maximum is 1000000 characters)"]}',
  });
  expect((await clientOf(at.gitlab).get(`${path}/notes`)).status).toBe(401);
});

test('lists are sorted and filtered', async () => {
  const { api, gitlab } = at;
  const { world } = gitlab;
  world.addNote(issue, { body: 'first', createdAt: new Date('2026-01-01'), updatedAt: new Date('2026-01-09') });
  world.addNote(issue, { body: 'second', createdAt: new Date('2026-01-02'), updatedAt: new Date('2026-01-02') });
  await api.put(path, { title: 'Another title' });
  const bodies = async (query: string) =>
    (await api.get<NoteAnswer[]>(`${path}/notes?${query}`)).body.map(({ body }) => body);
  const change = 'changed title from **Issue 1** to **Another title**';
  expect(await bodies('')).toEqual([change, 'second', 'first']);
  expect(await bodies('sort=asc')).toEqual(['first', 'second', change]);
  expect(await bodies('activity_filter=only_comments&order_by=updated_at')).toEqual(['first', 'second']);
  expect(await bodies('activity_filter=only_activity')).toEqual([change]);
});

test('internal notes are for members from planner on', async () => {
  const { api } = at;
  const { body } = await api.post<NoteAnswer>(`${path}/notes`, { body: 'Secret', internal: true });
  expect(body).toMatchObject({ internal: true, confidential: true });
  const guest = at.as(access.guest);
  expect((await guest.get(`${path}/notes`)).body).toEqual([]);
  expect(await guest.get(`${path}/notes/${body.id}`)).toMatchObject({
    status: 404,
    body: { message: '404 Note Not Found' },
  });
  expect((await guest.post(`${path}/notes`, { body: 'x', internal: true })).status).toBe(403);
});

test('quick actions are carried out, and without other text there is no note', async () => {
  const { api, ada, gitlab, project } = at;
  gitlab.world.now = () => new Date('2026-01-14T12:00:00Z');
  const bug = gitlab.world.addLabel(project, 'bug');
  const only = await api.post(`${path}/notes`, { body: '/close\n/label ~bug ~nothing\n/assign me\n/spend 1h30m' });
  expect(only).toMatchObject({
    status: 202,
    body: {
      commands_changes: {
        state_event: 'close',
        add_label_ids: [bug.id],
        assignee_ids: [ada.id],
        spend_time: { duration: 5400, user_id: ada.id, spent_at: '2026-01-14' },
      },
      summary: ['Closed this issue. Added ~bug label. Assigned @ada. Added 1h 30m spent time.'],
    },
  });
  expect((await api.get(path)).body).toMatchObject({
    state: 'closed',
    labels: ['bug'],
    assignees: [{ username: 'ada' }],
    time_stats: { human_total_time_spent: '1h 30m' },
    user_notes_count: 0,
  });
  const mixed = await api.post(`${path}/notes`, { body: 'Not yet.\n\n/reopen\n/due 2026-02-01' });
  expect(mixed).toMatchObject({
    status: 201,
    body: { body: 'Not yet.', commands_changes: { state_event: 'reopen', due_date: '2026-02-01' } },
  });
  expect((await api.get(path)).body).toMatchObject({ state: 'opened', due_date: '2026-02-01' });
});

test('quick actions in code are text, as are unknown ones', async () => {
  const { api } = at;
  const body = 'Say\n```\n/close\n```\n/usr/bin is a folder\n/nothing';
  expect((await api.post(`${path}/notes`, { body })).body).toMatchObject({ body });
  expect(issue.state).toBe('opened');
});

test('quick actions that cannot be carried out', async () => {
  const refused = { commands_changes: {}, summary: ['Could not apply close command.'] };
  const guest = at.as(access.guest);
  expect(await guest.post(`${path}/notes`, { body: '/close' })).toMatchObject({ status: 202, body: refused });
  expect((await at.api.post(`${path}/notes`, { body: '/reopen' })).body).toMatchObject({
    summary: ['Could not apply reopen command.'],
  });
  expect(issue.state).toBe('opened');
});

test('a comment that is edited to nothing but quick actions is gone', async () => {
  const { api } = at;
  const { body } = await api.post<NoteAnswer>(`${path}/notes`, { body: 'Well' });
  expect(await api.put(`${path}/notes/${body.id}`, { body: '/close' })).toMatchObject({
    status: 202,
    body: { summary: ['Closed this issue.'] },
  });
  expect((await api.get(`${path}/notes/${body.id}`)).status).toBe(404);
});

test('quick actions in a description', async () => {
  const { api, project } = at;
  const made = await api.post(`/projects/${project.id}/issues`, { title: 'x', description: 'Text\n/confidential' });
  expect(made.body).toMatchObject({ description: 'Text', confidential: true });
  expect((await api.put(path, { description: '/estimate 2d' })).body).toMatchObject({
    description: '',
    time_stats: { human_time_estimate: '2d' },
  });
});

test('replies make a thread of a comment', async () => {
  const { api } = at;
  await api.post(`${path}/notes`, { body: 'Why?' });
  const [single] = (await api.get<{ id: string }[]>(`${path}/discussions`)).body;
  expect(single).toMatchObject({ individual_note: true, notes: [{ body: 'Why?', type: null }] });
  const thread = `${path}/discussions/${single?.id}`;
  expect(await api.post(`${thread}/notes`, { body: 'Because.' })).toMatchObject({
    status: 201,
    body: { type: 'DiscussionNote', body: 'Because.' },
  });
  expect((await api.get(thread)).body).toMatchObject({
    individual_note: false,
    notes: [{ body: 'Why?', type: 'DiscussionNote' }, { body: 'Because.' }],
  });
  expect((await api.get(`${path}/discussions/${'0'.repeat(40)}`)).body).toEqual({
    message: '404 Discussion Not Found',
  });
});

test('snippets and epics have notes, epics by their global id', async () => {
  const { gitlab, project, ada } = at;
  const old = await startWorkplace({ version: '18.4.0' });
  try {
    const snippet = gitlab.world.addSnippet({ project, visibility: 'public' });
    const noted = await at.api.post(`/projects/${project.id}/snippets/${snippet.id}/notes`, { body: '/close' });
    expect(noted).toMatchObject({
      status: 201,
      body: { noteable_type: 'Snippet', noteable_iid: null, body: '/close' },
    });
    const { world } = old.gitlab;
    const group = world.group('acme') ?? world.addGroup({ path: 'acme' });
    world.addMember(group, old.ada, access.developer);
    const epic = world.addEpic({ group });
    expect((await old.api.post(`/groups/acme/epics/${epic.id}/notes`, { body: 'Big' })).body).toMatchObject({
      noteable_type: 'Epic',
      noteable_iid: epic.iid,
      project_id: null,
    });
    expect((await old.api.get(`/groups/acme/epics/${epic.iid}/notes`)).status).toBe(404);
    expect((await old.api.get(`/groups/acme/epics/${epic.id}/discussions`)).body).toMatchObject([
      { notes: [{ body: 'Big', author: { username: ada.username } }] },
    ]);
  } finally {
    await old.gitlab.close();
  }
});

test('making notes has a limit of its own', async () => {
  const { api, gitlab } = at;
  gitlab.limits.endpoints['notes_create'] = { requests: 1, seconds: 60 };
  expect((await api.post(`${path}/notes`, { body: 'one' })).status).toBe(201);
  expect(await api.post(`${path}/notes`, { body: 'two' })).toMatchObject({
    status: 429,
    body: { message: { error: 'This endpoint has been requested too many times. Try again later.' } },
  });
});

test('an agent may read and make notes, but neither edit them nor reach discussions', async () => {
  const { ada, gitlab } = at;
  const agent = clientOf(gitlab, gitlab.world.addToken({ user: ada, scopes: ['ai_workflows'] }).value);
  const made = await agent.post<NoteAnswer>(`${path}/notes`, { body: 'Seen' });
  expect(made.status).toBe(201);
  expect((await agent.get(`${path}/notes`)).status).toBe(200);
  expect((await agent.put(`${path}/notes/${made.body.id}`, { body: 'x' })).status).toBe(403);
  expect((await agent.get(`${path}/discussions`)).status).toBe(403);
});
