// Every entity that GitLab publishes a schema for, wherever this instance answers with it: full of data, and with none.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { faultsIn } from '../testing/schemas.js';
import { startWorkplace, type Workplace } from '../testing/workplace.js';
import { access } from '../world/types.js';

let at: Workplace;

/** In each list the first has all that it can have, the second nothing. */
beforeAll(async () => {
  at = await startWorkplace({ version: '18.4.0', advancedSearch: true });
  const { world } = at.gitlab;
  const { ada, project } = at;
  const group = world.group('acme');
  const milestone = world.addMilestone({ owner: project, startDate: '2030-01-01', dueDate: '2030-01-31' });
  if (group) world.addMilestone({ owner: group });
  const people = { milestone, assignees: [ada], labels: ['bug'], description: 'It rounds down', timeSpent: 3600 };
  const closed = { state: 'closed', closedBy: ada, closedAt: world.now(), discussionLocked: true } as const;
  const issue = world.addIssue({ project, ...people, ...closed, dueDate: '2030-01-01', weight: 3 });
  world.addIssueLink(issue, world.addIssue({ project }));
  world.commit(project, { branch: 'fix', files: { 'README.md': 'x\n' } });
  const mergeUser = { mergeUser: ada, mergedAt: world.now(), mergeCommitSha: 'a'.repeat(40) };
  const request = world.addMergeRequest({
    project,
    sourceBranch: 'fix',
    ...people,
    ...mergeUser,
    reviewers: [{ user: ada, state: 'approved', createdAt: world.now() }],
    approvals: [{ user: ada, at: world.now() }],
    description: 'Closes #1',
  });
  const empty = world.addProject({ path: 'acme/empty' });
  world.addMember(empty, ada, access.developer);
  world.addMergeRequest({ project: empty, ...closed });
  world.addNote(issue, { body: 'Well' });
  world.addNote(issue, { body: 'closed', system: true });
  const thread = world.addDiscussion(request);
  world.addNote(request, { discussion: thread, body: 'Why?' });
  world.addNote(request, { discussion: thread, body: 'So', resolved: true, resolvedBy: ada, resolvedAt: world.now() });
  world.addNote(world.addSnippet({ project }), { internal: true });
  project.repository?.createTag('v1', project.repository.resolve('main') ?? '');
  const pipeline = world.addPipeline({
    project,
    status: 'failed',
    user: ada,
    ref: 'fix',
    name: 'Build',
    coverage: '98.5',
  });
  world.addJob({ pipeline, name: 'test', log: 'It failed\n', artifacts: { 'report.txt': 'x' }, coverage: 98.5 });
  const waiting = { status: 'created', startedAt: undefined, finishedAt: undefined } as const;
  world.addJob({ pipeline: world.addPipeline({ project, ...waiting }), ...waiting });
});

afterAll(() => at.gitlab.close());

test('the helper finds a wrong type and a missing key', () => {
  expect(faultsIn('user/basic', { id: '1', state: 'active', web_url: '' })).toEqual([
    " must have required property 'avatar_url'",
    '/id must be integer',
  ]);
});

const PROJECT = '/projects/acme%2Fshop';

test.each<[schema: string, path: string, where?: string]>([
  ['commit/basic', `${PROJECT}/repository/commits`, '*'],
  ['commit/basic', `${PROJECT}/repository/commits/main`],
  ['commit/basic', `${PROJECT}/repository/compare?from=main&to=fix`, 'commits.*'],
  ['commit/basic', `${PROJECT}/repository/branches`, '*.commit'],
  ['commit/basic', `${PROJECT}/repository/tags`, '*.commit'],
  ['commit/basic', `${PROJECT}/merge_requests/1/commits`, '*'],
  ['commit/basic', `${PROJECT}/search?scope=commits&search=commit`, '*'],
  ['milestone', `${PROJECT}/milestones`, '*'],
  ['milestone', '/groups/acme/milestones', '*'],
  ['milestone', `${PROJECT}/search?scope=milestones&search=milestone`, '*'],
  ['user/basic', '/user'],
  ['user/basic', '/users', '*'],
  ['user/basic', '/users/2'],
  ['user/basic', `${PROJECT}/users`, '*'],
  ['user/basic', `${PROJECT}/members`, '*'],
  ['user/basic', `${PROJECT}/issues/1/participants`, '*'],
  ['user/basic', `${PROJECT}/merge_requests/1/approvals`, 'approved_by.*.user'],
  ['user/basic', `${PROJECT}/merge_requests/1/reviewers`, '*.user'],
  ['issue', `${PROJECT}/issues`, '*'],
  ['issue', `${PROJECT}/issues/1`],
  ['issue', `${PROJECT}/issues/2`],
  ['issue', `${PROJECT}/issues/1/links`, '*'],
  ['issue', `${PROJECT}/merge_requests/1/closes_issues`, '*'],
  ['issue', `${PROJECT}/search?scope=issues&search=round`, '*'],
  ['issue', '/groups/acme/issues', '*'],
  ['notes', `${PROJECT}/issues/1/notes`],
  ['notes', `${PROJECT}/issues/1/discussions`, '*.notes'],
  ['notes', `${PROJECT}/merge_requests/1/notes`],
  ['notes', `${PROJECT}/merge_requests/1/discussions`, '*.notes'],
  ['notes', `${PROJECT}/snippets/6001/notes`],
  ['merge_request', `${PROJECT}/merge_requests`, '*'],
  ['merge_request', `${PROJECT}/merge_requests/1`],
  ['merge_request', `${PROJECT}/issues/1/related_merge_requests`, '*'],
  ['merge_request', '/projects/acme%2Fempty/merge_requests/1'],
  ['merge_request', '/groups/acme/merge_requests', '*'],
  ['pipeline/basic', `${PROJECT}/pipelines`, '*'],
  ['pipeline/basic', `${PROJECT}/merge_requests/1/pipelines`, '*'],
  ['pipeline/basic', `${PROJECT}/repository/commits/fix`, 'last_pipeline'],
  ['pipeline/detail', `${PROJECT}/pipelines/70001`],
  ['pipeline/detail', `${PROJECT}/pipelines/70002`],
  ['pipeline/detail', `${PROJECT}/pipelines/latest`],
  ['pipeline/detail', `${PROJECT}/merge_requests/1`, 'head_pipeline'],
  ['job', `${PROJECT}/jobs`, '*'],
  ['job', `${PROJECT}/jobs/8000001`],
  ['job', `${PROJECT}/jobs/8000002`],
  ['job', `${PROJECT}/pipelines/70001/jobs`, '*'],
  ['projects', '/projects'],
  ['projects', '/projects?simple=true'],
  ['projects', '/groups/acme/projects'],
  ['projects', '/search?scope=projects&search=shop'],
  ['blobs', `${PROJECT}/search?scope=blobs&search=cart`],
  ['blobs', '/groups/acme/search?scope=blobs&search=cart'],
])('%s: %s %s', async (schema, path, where = '') => {
  const { status, body } = await at.api.get(path);
  expect(status).toBe(200);
  const answers = found(body, where);
  expect(answers.flat()).not.toEqual([]);
  expect(answers.flatMap((answer) => faultsIn(schema, answer))).toEqual([]);
});

test.each<[schema: string, method: 'post' | 'put', path: string, body?: object]>([
  ['issue', 'post', '/issues', { title: 'It rounds up' }],
  ['issue', 'put', '/issues/1', { state_event: 'reopen' }],
  ['merge_request', 'put', '/merge_requests/1', { description: '' }],
  ['job', 'post', '/jobs/8000001/retry'],
  ['pipeline/detail', 'post', '/pipelines/70001/retry'],
  ['pipeline/detail', 'post', '/pipelines/70002/cancel'],
  ['milestone', 'post', '/milestones', { title: '1.0' }],
])('%s: %s %s', async (schema, method, path, body) => {
  const answer = await at.api[method](`${PROJECT}${path}`, body);
  expect(answer.status).toBeLessThan(300);
  expect(faultsIn(schema, answer.body)).toEqual([]);
});

/** What is at a path of an answer, such as `*.commit`, where an asterisk is every element. */
function found(answer: unknown, path: string): unknown[] {
  const keys = path.split('.').filter(Boolean);
  const step = (one: unknown, key: string) =>
    key === '*' ? (one as unknown[]) : [(one as Record<string, unknown>)[key]];
  return keys.reduce((all, key) => all.flatMap((one) => step(one, key)), [answer]);
}
