import { afterEach, beforeEach, expect, test } from 'vitest';
import { startWorkplace, type Workplace } from '../../testing/workplace.js';
import { access } from '../../world/types.js';

const issues = '/projects/acme%2Fshop/issues';

let at: Workplace;

beforeEach(async () => {
  at = await startWorkplace();
});

afterEach(() => at.gitlab.close());

test('links are seen from both sides', async () => {
  const { api, gitlab, project } = at;
  const { world } = gitlab;
  world.addIssue({ project });
  const other = world.addIssue({ project: world.addProject({ path: 'acme/till', visibility: 'public' }) });
  world.addMember(other.project, at.ada, access.guest);
  const link = { target_project_id: 'acme/till', target_issue_iid: 1, link_type: 'blocks' };
  const made = await api.post(`${issues}/1/links`, link);
  expect(made).toMatchObject({
    status: 201,
    body: { link_type: 'blocks', source_issue: { iid: 1 }, target_issue: { project_id: other.project.id } },
  });
  expect((await api.get(`${issues}/1/links`)).body).toMatchObject([{ id: other.id, link_type: 'blocks' }]);
  expect((await api.get('/projects/acme%2Ftill/issues/1/links')).body).toMatchObject([{ link_type: 'is_blocked_by' }]);
  expect(await api.post(`${issues}/1/links`, link)).toMatchObject({
    status: 409,
    body: { message: 'Issue(s) already assigned' },
  });
  expect((await api.post(`${issues}/1/links`, { ...link, target_issue_iid: 9 })).status).toBe(404);
  expect((await api.post(`${issues}/1/links`, {})).body).toEqual({
    error: 'target_project_id is missing, target_issue_iid is missing',
  });
});

test('time is estimated and spent', async () => {
  const { api, gitlab, project } = at;
  gitlab.world.addIssue({ project });
  const estimated = await api.post(`${issues}/1/time_estimate`, { duration: '1w 3h30m' });
  expect(estimated).toMatchObject({ status: 200, body: { time_estimate: 156_600, human_time_estimate: '1w 3h 30m' } });
  const spent = await api.post(`${issues}/1/add_spent_time`, { duration: '2d' });
  expect(spent).toMatchObject({ status: 201, body: { total_time_spent: 57_600, human_total_time_spent: '2d' } });
  await api.post(`${issues}/1/add_spent_time`, { duration: '-1d' });
  expect((await api.get(`${issues}/1/time_stats`)).body).toMatchObject({ human_total_time_spent: '1d' });
  expect((await api.post(`${issues}/1/add_spent_time`, { duration: '-2d' })).body).toEqual({
    message: { base: ['Time to subtract exceeds the total time spent'] },
  });
  expect((await api.post(`${issues}/1/time_estimate`, { duration: 'soon' })).status).toBe(400);
  expect((await api.post(`${issues}/1/reset_spent_time`)).body).toMatchObject({ total_time_spent: 0 });
});
