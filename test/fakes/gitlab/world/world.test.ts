// The repositories behind projects and merge requests are real.
import { afterEach, expect, test } from 'vitest';
import { pathOf } from './places.js';
import { access } from './types.js';
import { World } from './world.js';

let world: World;

afterEach(() => world.close());

test('a project with files, a branch of it and a merge request', () => {
  world = new World();
  const ada = world.addUser({ username: 'ada' });
  const project = world.addProject({
    path: 'acme/tools/shop',
    files: { 'a "quoted" name.txt': 'one\n', 'src/index.js': '' },
  });
  world.addMember(project, ada, access.developer);
  expect([pathOf(project), pathOf(project.namespace)]).toEqual(['acme/tools/shop', 'acme/tools']);
  const main = project.repository?.resolve('main');
  const head = world.commit(project, { branch: 'fix', files: { 'src/index.js': 'x\n', 'a "quoted" name.txt': null } });
  expect(project.repository?.git('show', '--name-status', '--format=%an', head)).toBe(
    'Administrator\n\nD\ta "quoted" name.txt\nM\tsrc/index.js\n'.replace(
      'a "quoted" name.txt',
      '"a \\"quoted\\" name.txt"',
    ),
  );
  const request = world.addMergeRequest({ project, sourceBranch: 'fix', labels: ['bug'] });
  expect(request).toMatchObject({
    iid: 1,
    author: ada,
    labels: [{ name: 'bug', owner: project }],
    versions: [{ headSha: head, baseSha: main, startSha: main }],
  });
  world.commit(project, { branch: 'fix', files: { 'b.txt': 'b\n' } });
  world.addVersion(request);
  world.addVersion(request);
  expect(request.versions).toHaveLength(2);
});

test('a merge request from a fork', () => {
  world = new World();
  const project = world.addProject({ path: 'acme/shop', files: { a: 'a\n' } });
  const fork = world.addProject({ path: 'bob/shop', forkedFrom: project });
  fork.repository = project.repository?.copy();
  const head = world.commit(fork, { branch: 'fix', files: { a: 'b\n' } });
  const request = world.addMergeRequest({ project, sourceProject: fork, sourceBranch: 'fix' });
  expect(request.versions).toMatchObject([{ headSha: head, baseSha: project.repository?.resolve('main') }]);
});

test('comments, threads and replies', () => {
  world = new World();
  const project = world.addProject({ path: 'acme/shop' });
  const issue = world.addIssue({ project, iid: 12 });
  expect(world.addIssue({ project }).iid).toBe(13);
  const comment = world.addNote(issue, { body: 'Hello' });
  expect(comment).toMatchObject({ type: null, resolvable: false, discussion: { individual: true } });
  const thread = world.addDiscussion(issue);
  expect(world.addNote(issue, { discussion: thread }).type).toBe('DiscussionNote');
});
