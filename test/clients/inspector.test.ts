// The GitLab servers under the MCP Inspector, a client that is not ours.
import { fileURLToPath } from 'node:url';
import { describeGitLabTools, type FamilyName, familyNames } from '@cofferdam/mcp-servers';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GitLab, startGitLab } from '../fakes/gitlab/index.js';
import { home, program } from '../support/cofferdam.js';
import { installPrograms } from '../support/node24.js';
import { type Serving, startServing } from '../support/serving.js';
import { type Inspector, inspectorOf, type Server } from './inspector.js';

const token = 'of-the-inspector';
const servers: [name: string, families: readonly FamilyName[]][] = [
  ['gitlab', familyNames],
  ...familyNames.map((family): [string, FamilyName[]] => [`gitlab-${family}`, [family]]),
];

let gitlab: GitLab;
let serving: Serving[];
let inspect: Inspector;

beforeAll(async () => {
  const repository = fileURLToPath(new URL('../demo/repository', import.meta.url));
  gitlab = await startGitLab({ seed: 'demo', repositories: { 'acme/split-bill': repository } });
  const env = {
    GITLAB_URL: gitlab.url,
    GITLAB_TOKEN: gitlab.demo?.token.value ?? '',
    GITLAB_PROJECT: 'acme/split-bill',
    COFFERDAM_HOME: home,
  };
  const known: Record<string, Server> = {};
  const start = (name: string) => startServing([name], { ...env, COFFERDAM_HTTP_TOKEN: token });
  serving = await Promise.all(servers.map(([name]) => start(name)));
  for (const [index, [name]] of servers.entries()) {
    const url = serving[index]?.url ?? '';
    known[name] = { command: process.execPath, args: [program, 'mcp', name], env };
    known[`${name} over HTTP`] = { type: 'http', url, headers: { Authorization: `Bearer ${token}` } };
    known[`${name} without a token`] = { type: 'http', url, headers: {} };
  }
  inspect = inspectorOf(await installPrograms(), known);
}, 300_000);
afterAll(() => Promise.all([gitlab.close(), ...serving.map((server) => server.close())]));

const call = (server: string, tool: string, input: object) =>
  inspect(server, '--method', 'tools/call', '--tool-name', tool, '--tool-args-json', JSON.stringify(input));

describe.each(['', ' over HTTP'])('%s', (transport) => {
  test.each(servers)('%s lists its tools, in schemas that every client can map', async (name, families) => {
    const { exit, result, stderr } = await inspect(name + transport, '--method', 'tools/list', '--strict');
    const names = (await describeGitLabTools(families)).map((tool) => tool.name);
    expect(result.tools.map((tool: { name: string }) => tool.name)).toEqual(names);
    expect(stderr).not.toMatch(/Warning|Error|Issue:/);
    expect(exit).toBe(0);
  });

  test('reads, writes, and reads what was written', async () => {
    const server = `gitlab${transport}`;
    const title = `Written${transport}`;
    const created = await call(server, 'create_issue', { title, labels: ['bug'] });
    expect(created).toMatchObject({ exit: 0, result: { structuredContent: { title, labels: ['bug'] } } });
    const { iid } = created.result.structuredContent;
    // The Inspector makes a number of it, as models do.
    const options = ['--method', 'tools/call', '--tool-name', 'get_issue', '--tool-arg', `issue=${iid}`];
    expect(await inspect(server, ...options)).toMatchObject({
      exit: 0,
      result: { structuredContent: { iid, title }, content: [{ text: expect.stringContaining(title) }] },
    });
  });

  test.each([
    ['unknown', { issue: '#999' }, 'not-found', /list or search for it first/],
    ['wrong', { isue: '#1' }, 'bad-arguments', /Unrecognized key: "isue"/],
    ['elsewhere', { issue: 'acme/other#1' }, 'outside', /nothing was sent/],
    ['on another host', { issue: 'https://evil.example.com/a/b/-/issues/1' }, 'other-instance', /evil\.example\.com/],
  ])('what is %s is refused with a remedy', async (_, input, code, text) => {
    const { exit, result } = await call(`gitlab-issues${transport}`, 'get_issue', input);
    expect(exit).toBe(5);
    expect(result).toMatchObject({
      isError: true,
      _meta: { 'cofferdam/error': code },
      content: [{ text: expect.stringMatching(text) }],
    });
  });
});

test.each([
  ['get_project', {}],
  ['list_repository_tree', {}],
  ['get_repository_file', { file_path: 'README.md', end_line: 3 }],
  ['search', { scope: 'issues', query: 'cents' }],
  ['list_pipelines', {}],
  ['list_merge_requests', {}],
  ['list_notes', { on: '#1' }],
])('the structure that %s answers is what its listing promises', async (tool, input) => {
  const { result } = await inspect('gitlab', '--method', 'tools/list');
  const { outputSchema } = result.tools.find(({ name }: { name: string }) => name === tool);
  const called = await call('gitlab', tool, input);
  expect(called.exit).toBe(0);
  const ajv = new Ajv2020({ strict: true });
  expect(ajv.validate(outputSchema, called.result.structuredContent), ajv.errorsText()).toBe(true);
});

test('a request without a token is told to bring one', async () => {
  const { exit, stderr } = await inspect('gitlab without a token', '--method', 'tools/list', '--stored-auth-only');
  expect(exit).toBe(3);
  expect(stderr).toContain('A bearer token of this server is needed.');
});
