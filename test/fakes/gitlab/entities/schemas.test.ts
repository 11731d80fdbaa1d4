// Every entity that GitLab publishes a schema for, as this instance answers it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { faultsIn } from '../testing/schemas.js';
import { startWorkplace, type Workplace } from '../testing/workplace.js';
import type { Issue, Job, MergeRequest, Pipeline } from '../world/types.js';

let at: Workplace;
let issue: Issue;
let request: MergeRequest;
let pipeline: Pipeline;
let job: Job;

beforeAll(async () => {
  at = await startWorkplace({ version: '18.4.0' });
  const { world } = at.gitlab;
  const { ada, project } = at;
  const milestone = world.addMilestone({ owner: project, dueDate: '2030-01-31' });
  issue = world.addIssue({ project, milestone, assignees: [ada], labels: ['bug'], dueDate: '2030-01-01' });
  world.commit(project, { branch: 'fix', files: { 'README.md': 'x\n' } });
  request = world.addMergeRequest({ project, sourceBranch: 'fix', milestone, assignees: [ada], labels: ['bug'] });
  world.addNote(issue, { body: 'Well' });
  world.addNote(request, { discussion: world.addDiscussion(request), body: 'Why?' });
  pipeline = world.addPipeline({ project, status: 'failed', user: ada });
  job = world.addJob({ pipeline, name: 'test', log: 'It failed\n', artifacts: { 'report.txt': 'x' } });
});

afterAll(() => at.gitlab.close());

test('the helper finds a wrong type and a missing key', () => {
  expect(faultsIn('user/basic', { id: '1', state: 'active', web_url: '' })).toEqual([
    " must have required property 'avatar_url'",
    '/id must be integer',
  ]);
});

test.each<[schema: string, path: () => string]>([
  ['commit/basic', () => `/projects/${at.project.id}/repository/commits/main`],
  ['milestone', () => `/projects/${at.project.id}/milestones/${issue.milestone?.id}`],
  ['user/basic', () => `/users/${at.ada.id}`],
  ['issue', () => `/projects/${at.project.id}/issues/${issue.iid}`],
  ['notes', () => `/projects/${at.project.id}/issues/${issue.iid}/notes`],
  ['notes', () => `/projects/${at.project.id}/merge_requests/${request.iid}/notes`],
  ['merge_request', () => `/projects/${at.project.id}/merge_requests/${request.iid}`],
  ['pipeline/detail', () => `/projects/${at.project.id}/pipelines/${pipeline.id}`],
  ['job', () => `/projects/${at.project.id}/jobs/${job.id}`],
  ['projects', () => '/projects?simple=true'],
  ['projects', () => '/projects'],
  ['blobs', () => `/projects/${at.project.id}/search?scope=blobs&search=cart`],
])('%s', async (schema, path) => {
  const { status, body } = await at.api.get(path());
  expect(status).toBe(200);
  expect(faultsIn(schema, body)).toEqual([]);
});
