// `cofferdam mcp gitlab...` as a program: what it offers, and what it says when it cannot.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type GitLab, startGitLab } from '../fakes/gitlab/index.js';
import { cofferdam, home, jsonLines, program } from '../support/cofferdam.js';
import { folderWith, git, repositoryWith } from '../support/workspaces.js';

let gitlab: GitLab;
let env: Record<string, string>;
beforeAll(async () => {
  gitlab = await startGitLab({ seed: 'demo' });
  env = { GITLAB_URL: gitlab.url, GITLAB_TOKEN: gitlab.demo?.token.value ?? '', COFFERDAM_HOME: home };
});
afterAll(() => gitlab.close());

async function connected(args: readonly string[], more: Record<string, string> = {}, cwd?: string): Promise<Client> {
  const client = new Client({ name: 'other-editor', version: '7' });
  const own = { PATH: process.env['PATH'] ?? '', ...env, GITLAB_PROJECT: 'acme/split-bill', ...more };
  const server = { command: process.execPath, args: [program, 'mcp', ...args], env: own, stderr: 'ignore' as const };
  await client.connect(new StdioClientTransport({ ...server, ...(cwd !== undefined && { cwd }) }));
  onTestFinished(() => client.close());
  return client;
}

const toolsOf = async (client: Client) => (await client.listTools()).tools.map(({ name }) => name);

async function call(client: Client, name: string, input: Record<string, unknown> = {}): Promise<string> {
  const { content } = (await client.callTool({ name, arguments: input })) as CallToolResult;
  return content.map((block) => (block.type === 'text' ? block.text : block.type)).join('\n');
}

test.each([
  ['projects', 'get_project'],
  ['search', 'search'],
  ['pipelines', 'list_pipelines'],
  ['jobs', 'get_job_logs'],
  ['merge-requests', 'get_merge_request'],
  ['epics', 'get_epic'],
  ['issues', 'get_issue'],
  ['notes', 'create_note'],
  ['usage-data', 'track_events'],
])('gitlab-%s stands on its own', async (family, tool) => {
  expect(await toolsOf(await connected([`gitlab-${family}`]))).toContain(tool);
});

test('gitlab offers chosen toolsets, and --read-only what reads', async () => {
  const some = await toolsOf(await connected(['gitlab', '--toolsets', 'issues,notes', '--read-only']));
  expect(some).toEqual(expect.arrayContaining(['get_issue', 'list_notes']));
  expect(some).not.toEqual(expect.arrayContaining(['create_issue']));
  expect(some).not.toContain('get_pipeline');
});

test('a call leaves events that name the session, the client, the tool and the object', async () => {
  const client = await connected(['gitlab-issues', '--audit-session', 'review-of-friday']);
  expect(await call(client, 'get_issue', { issue: '#1' })).toContain('go to the wrong people');
  await client.close();
  const { stdout } = await cofferdam(['audit', 'show', '--session', 'review-of-friday', '--json']);
  expect(jsonLines(stdout)).toContainEqual(
    expect.objectContaining({
      kind: 'request',
      actor: 'other-editor/7',
      tool: 'get_issue',
      endpoint: '/projects/:id/issues/:issue_iid',
      target: '/projects/acme%2Fsplit-bill/issues/1',
      status: 200,
    }),
  );
  expect(await cofferdam(['audit', 'verify'])).toMatchObject({ code: 0 });
});

test('without GITLAB_PROJECT the Git remotes of the folder say which project is meant', async () => {
  const folder = repositoryWith({ 'a.txt': '' });
  git(folder, 'remote', 'add', 'origin', `${gitlab.url}/acme/split-bill.git`);
  const client = await connected(['gitlab-issues'], { GITLAB_PROJECT: '' }, folder);
  expect(await call(client, 'get_issue', { issue: '1' })).toContain('go to the wrong people');
});

test.each([
  [['gitlab'], { GITLAB_TOKEN: '' }, /There is no GitLab token/],
  [['gitlab'], { GITLAB_URL: 'gitlab.example.com' }, /GITLAB_URL is missing or not a web address/],
  [['gitlab', '--toolsets', 'issues,wiki'], {}, /--toolsets is "wiki", but must be one of: projects/],
  [['gitlab-issues', '--toolsets', 'notes'], {}, /--toolsets is for the server gitlab/],
  [['gitlab-wikis'], {}, /must be one of/],
  [['gitlab', '--policy', folderWith({ 'p.yaml': 'gitlab: { project: [x] }' })], {}, /cannot be used/],
])('%j with %j is refused with a reason', async (args, more, reason) => {
  const { code, stderr, stdout } = await cofferdam(['mcp', ...args], { env: { ...env, ...more } });
  expect(code).toBeGreaterThan(0);
  expect(stderr).toMatch(reason);
  expect(stdout).toBe('');
});

test('a policy file that says something unknown is refused: guessing would widen', async () => {
  const folder = folderWith({ 'policy.yaml': 'gitlab:\n  project: [x]\n' });
  const args = ['mcp', 'gitlab', '--policy', `${folder}/policy.yaml`];
  const { code, stderr } = await cofferdam(args, { env });
  expect(code).toBe(1);
  expect(stderr).toMatch(/Unrecognized key: "project"/);
});

test('cofferdam tools names each tool’s server, zone and endpoints', async () => {
  const tools = jsonLines((await cofferdam(['tools', '--json'])).stdout);
  expect(tools.find(({ name }) => name === 'get_issue')).toMatchObject({
    server: 'gitlab-issues',
    zone: expect.stringContaining('one project'),
    endpoints: ['GET /projects/:id/issues/:issue_iid', 'GET /projects/:id'],
  });
  expect(tools.find(({ name }) => name === 'read_file')).toMatchObject({ server: 'files', endpoints: [] });
});
