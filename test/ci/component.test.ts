// The CI/CD component: what GitLab makes of it, and what its script does, in a clone, with a command that plays the agent.
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { access, type GitLab, startGitLab } from '../fakes/gitlab/index.js';
import { folderWith, temporaryFolder } from '../support/workspaces.js';

const component = readFileSync(fileURLToPath(new URL('../../templates/cofferdam.yml', import.meta.url)), 'utf8');
const run = promisify(execFile);

let gitlab: GitLab;
let token: string;
beforeAll(async () => {
  gitlab = await startGitLab();
  const { world } = gitlab;
  const ada = world.addUser({ username: 'ada' });
  const files = { 'templates/cofferdam.yml': component, 'a.txt': 'a\n' };
  world.addMember(world.addProject({ path: 'acme/shop', files }), ada, access.developer);
  token = world.addToken({ user: ada, scopes: ['api'] }).value;
});
afterAll(() => gitlab.close());

interface Job {
  name: string;
  stage: string;
  before_script: string[];
  script: string[];
  after_script: string[];
}

async function api(path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${gitlab.url}/api/v4/projects/acme%2Fshop/${path}`, {
    headers: { 'private-token': token, 'content-type': 'application/json' },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  });
  return response.json();
}

async function lint(inputs: object) {
  const content = JSON.stringify({ include: [{ local: 'templates/cofferdam.yml', inputs }] });
  const answer = await api('ci/lint', { content, include_jobs: true });
  return answer as { valid: boolean; errors: string[]; jobs: Job[]; merged_yaml: string };
}

test('every input is described or plain, has a type or options, and is used; every use has an input', () => {
  const [header, body, ...more] = parseAllDocuments(component);
  const inputs = header?.toJS().spec?.inputs ?? {};
  expect([more, body?.errors, header?.errors]).toEqual([[], [], []]);
  const used = [...component.matchAll(/\$\[\[ inputs\.([\w-]+) \]\]/g)].map(([, name]) => name);
  expect([...new Set(used)].sort()).toEqual(Object.keys(inputs).sort());
  for (const input of Object.values<Record<string, unknown>>(inputs)) {
    const known = ['description', 'type', 'options', 'default'];
    expect(Object.keys(input).filter((key) => !known.includes(key))).toEqual([]);
  }
  expect(Object.keys(inputs).filter((name) => !('default' in inputs[name]))).toEqual(['task']);
});

test('GitLab takes it with nothing but a task, and under other names', async () => {
  expect(await lint({ task: 'Fix: the "login" # test' })).toMatchObject({
    valid: true,
    errors: [],
    jobs: [{ name: 'cofferdam', stage: 'test' }],
  });
  const inputs = { task: 'x', 'job-name': 'nightly', stage: 'build', 'max-money': 2.5, 'merge-request': true };
  expect(await lint(inputs)).toMatchObject({ valid: true, jobs: [{ name: 'nightly', stage: 'build' }] });
});

test.each([
  [{}, 'required value'],
  [{ task: 'x', mode: 'plan' }, 'not in the list'],
  [{ task: 'x', 'max-turns': 'many' }, 'not a number'],
])('GitLab refuses %j', async (inputs, error) => {
  expect(await lint(inputs)).toMatchObject({ valid: false, errors: [expect.stringContaining(error)] });
});

const agent = `#!/bin/sh
printf '%s\\n' "$@" > "$COFFERDAM_OUT/arguments"
env > "$COFFERDAM_OUT/environment"
echo '{"kind":"result"}'
echo '## Cofferdam: done' > "$COFFERDAM_OUT/summary.md"
echo b > a.txt
exit "\${AGENT_EXIT:-0}"
`;

/** Runs the job's script as a runner does: one shell, which ends at the first failure. */
async function runJob(inputs: object, variables: Record<string, string> = {}) {
  const { jobs } = await lint(inputs);
  const { merged_yaml: merged } = await lint(inputs);
  const folder = temporaryFolder();
  const clone = join(folder, 'clone');
  await run('git', ['clone', '--quiet', `${gitlab.url.replace('//', `//oauth2:${token}@`)}/acme/shop.git`, clone]);
  const bin = folderWith({ cofferdam: agent });
  chmodSync(join(bin, 'cofferdam'), 0o755);
  const { host, hostname, port } = new URL(gitlab.url);
  expect(host).toBe(`${hostname}:${port}`);
  const out = join(folder, 'out');
  mkdirSync(out);
  mkdirSync(join(folder, 'home'));
  const [config] = parseAllDocuments(merged);
  const own: Record<string, string | { value: string }> = config?.toJS()[jobs[0]?.name ?? ''].variables;
  const env = {
    ...Object.fromEntries(
      Object.entries(own).map(([name, value]) => [name, typeof value === 'string' ? value : value.value]),
    ),
    PATH: `${bin}:${process.env['PATH']}`,
    HOME: folder,
    COFFERDAM_OUT: out,
    COFFERDAM_HOME: join(folder, 'home'),
    COFFERDAM_BRANCH: 'cofferdam/7',
    CI_JOB_ID: '7',
    CI_SERVER_PROTOCOL: 'http',
    CI_SERVER_HOST: hostname,
    CI_SERVER_PORT: port,
    CI_PROJECT_PATH: 'acme/shop',
    CI_PROJECT_ID: 'acme%2Fshop',
    CI_API_V4_URL: `${gitlab.url}/api/v4`,
    CI_DEFAULT_BRANCH: 'main',
    ...variables,
  };
  const script = ['set -e', ...(jobs[0]?.script ?? [])].join('\n');
  const ended = await run('bash', ['-c', script], { cwd: clone, env }).then(
    ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
  const read = (name: string) => readFileSync(join(out, name), 'utf8');
  return { ...ended, read, argv: read('arguments').trimEnd().split('\n'), clone };
}

test('what an input holds is handed over as it is, and never becomes part of the script', async () => {
  const task = `Fix: "it's" # $(touch pwned) \`touch pwned\` $HOME; touch pwned`;
  const { code, argv, read, clone } = await runJob({ task, 'max-turns': 7, model: 'claude-x', image: 'node:22' });
  expect({ code, argv }).toEqual({
    code: 0,
    argv: [
      ...['run', task, '--mode', 'auto', '--apply', 'all', '--json', '--summary', expect.stringMatching(/summary.md$/)],
      ...['--max-turns', '7', '--max-tokens', '3000000', '--max-minutes', '45', '--max-money', '10'],
      ...['--model', 'claude-x', '--image', 'node:22'],
    ],
  });
  expect((await run('git', ['status', '--short'], { cwd: clone })).stdout).toBe('M  a.txt\n');
  expect(read('changes.patch')).toContain('-a\n+b\n');
  expect(read('events.jsonl')).toBe('{"kind":"result"}\n');
});

test('an agent that failed fails the job, and nothing is proposed', async () => {
  const { code, argv } = await runJob({ task: 'x', 'approve-all': true, 'merge-request': true }, { AGENT_EXIT: '1' });
  expect({ code, last: argv.slice(-2) }).toEqual({ code: 1, last: ['--approve', 'all'] });
  expect(await api('merge_requests')).toEqual([]);
});

test('a merge request carries the changes and the summary, and the agent saw no token that could push', async () => {
  const inputs = { task: 'Mend it', 'merge-request': true };
  const { code, stderr, stdout, read } = await runJob(inputs, { COFFERDAM_PUSH_TOKEN: token });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(read('environment')).not.toContain(token);
  const [proposed] = (await api('merge_requests')) as Record<string, unknown>[];
  expect(proposed).toMatchObject({
    title: 'Cofferdam: Mend it',
    description: '## Cofferdam: done\n',
    source_branch: 'cofferdam/7',
    target_branch: 'main',
  });
  expect(stdout).toContain(String(proposed?.['web_url']));
  expect(await api(`merge_requests/${proposed?.['iid']}/diffs`)).toMatchObject([{ new_path: 'a.txt' }]);
});

test('without a token for it, no merge request is opened, and the job says what it needs', async () => {
  const { code, stderr } = await runJob({ task: 'x', 'merge-request': true });
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('Set COFFERDAM_PUSH_TOKEN') });
});
