// What the attacks share: a GitLab with one of everything in a bound project and a neighbour that is out of bounds,
// arguments that each tool takes, and a server that answers whatever an attack wants.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FamilyName, familyNames } from '@cofferdam/mcp-servers';
import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import { onTestFinished } from 'vitest';
import { access, type GitLabOptions, startGitLab } from '../../fakes/gitlab/index.js';
import { type Result, type Served, type ServedOptions, served } from '../../gitlab/support.js';

/** Between the marks of a fence, and around them. */
export interface Fenced {
  inside: string;
  outside: string;
}

export function fenced(text: string): Fenced {
  const [all, head = '', , inside = ''] =
    /^(<(outside-[0-9a-f]+) source="[^"<>]*"[^>]*>)\n([\s\S]*)\n<\/\2>/.exec(text) ?? [];
  return all === undefined ? { inside: '', outside: text } : { inside, outside: head + text.slice(all.length) };
}

/** `acme/shop`, which is bound, with one of everything; `mallory/secrets`, which the token may see and is out of bounds. */
export async function theWorld(options: GitLabOptions = {}) {
  const gitlab = await startGitLab(options);
  onTestFinished(() => gitlab.close());
  const { world } = gitlab;
  const ada = world.addUser({ username: 'ada', admin: true });
  const files = {
    'README.md': '# Shop\n',
    'src/cart.js': 'export const cart = [];\n',
    '.gitlab-ci.yml': 'test:\n  script: [npm test]\n',
  };
  const project = world.addProject({ path: 'acme/shop', files, creator: ada });
  const other = world.addProject({
    path: 'mallory/secrets',
    files: { 'secret.yml': 'password: hunter2\n' },
    creator: ada,
  });
  for (const one of [project, other]) world.addMember(one, ada, access.maintainer);
  const { value: token } = world.addToken({ user: ada, scopes: ['api', 'read_service_ping'] });
  const milestone = world.addMilestone({ owner: project, title: 'v1' });
  const issue = world.addIssue({
    project,
    title: 'It rounds down',
    description: 'By a cent.',
    labels: ['bug'],
    milestone,
  });
  world.addIssueLink(issue, world.addIssue({ project, title: 'Another' }));
  world.addIssue({ project: other, title: 'A secret' });
  const note = world.addNote(issue, { author: ada, body: 'I saw it too.' });
  const fix = world.commit(project, { branch: 'fix', files: { 'src/cart.js': 'export const cart = [1];\n' } });
  project.repository?.createTag('v1.0', fix);
  const request = world.addMergeRequest({ project, sourceBranch: 'fix', title: 'Round up', description: 'Closes #1' });
  world.addNote(request, { author: ada, body: 'Look at the rounding.' });
  world.addDraftNote({ mergeRequest: request, author: ada, body: 'To be said.' });
  const pipeline = world.addPipeline({
    project,
    status: 'failed',
    user: ada,
    testSuites: [{ name: 'unit', cases: [failedCase] }],
    variables: [{ key: 'LEVEL', value: 'high', variableType: 'env_var' }],
  });
  const log = 'Running\n$ npm test\nnot ok 1 - rounds\nERROR: Job failed: exit code 1\n';
  world.addPipeline({ project, ref: 'fix', user: ada, status: 'success' });
  const job = world.addJob({ pipeline, name: 'unit', status: 'failed', log, artifacts: { 'out.txt': 'seen\n' } });
  world.addRelease({ project, tagName: 'v1.0', name: 'First', description: 'All of it.' });
  const group = world.group('acme');
  if (!group) throw new Error('The world has no group acme.');
  world.addMember(group, ada, access.owner);
  const epic = world.addEpic({ group, title: 'Payments', description: 'All that pays.' });
  world.addEpic({ group, title: 'Cards', parent: epic });
  issue.epic = epic;
  for (const feature of ['usage_data_queries_api', 'usage_data_non_sql_metrics']) world.features.add(feature);
  const serve = (more: Partial<ServedOptions> = {}): Promise<Served> =>
    served({ url: gitlab.url, token, project: 'acme/shop', families: familyNames, ...more });
  return { gitlab, world, ada, project, other, group, token, issue, note, request, pipeline, job, epic, serve };
}

const failedCase = {
  status: 'failed',
  name: 'rounds',
  classname: 'cart',
  file: 'test/cart.js',
  executionTime: 0.1,
  systemOutput: 'expected 2, got 1',
  stackTrace: null,
} as const;

export type TheWorld = Awaited<ReturnType<typeof theWorld>>;

/** Arguments with which a tool finds something: by their names, for tools that come later too. */
export function samples({ pipeline, job, note }: TheWorld): Record<string, unknown> {
  return {
    issue: '#1',
    target: '#2',
    merge_request: '!1',
    epic: '&1',
    on: '#1',
    note_id: note.id,
    pipeline: String(pipeline.id),
    job: String(job.id),
    commit: 'fix',
    from: 'main',
    to: 'fix',
    ref: 'main',
    branch: 'new',
    source_branch: 'fix',
    file_path: 'README.md',
    path: 'src',
    sha: '0123456789012345678901234567890123456789',
    title: 'A title',
    body: 'A text.',
    query: 'cart',
    commit_message: 'A message',
    actions: [{ action: 'create', file_path: 'new.txt', content: 'new' }],
    discussion_id: note.discussion.id,
    duration: '1h',
    events: [{ event: 'seen' }],
  };
}

/** What differs from `samples` for one tool. */
const own: Record<string, Record<string, unknown>> = {
  search: { scope: 'issues' },
  get_job_artifact_file: { path: 'out.txt' },
  list_job_artifacts: { path: undefined },
  create_diff_note: { path: 'src/cart.js' },
  create_draft_note: { path: undefined },
};

interface Schema {
  type?: string;
  enum?: unknown[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  anyOf?: Schema[];
}

/** The arguments that a tool cannot do without. */
export function leastInput({ name, inputSchema }: Tool, given: Record<string, unknown>): Record<string, unknown> {
  const { properties = {}, required = [] } = inputSchema as Schema;
  const input: Record<string, unknown> = Object.fromEntries(
    required.map((key) => [key, properties[key]?.enum?.[0] ?? given[key] ?? 'x']),
  );
  for (const [key, value] of Object.entries(own[name] ?? {}))
    if (key in properties && value !== undefined) input[key] = value;
  return input;
}

/** The names of a tool's arguments that are free text, or lists of it. */
export function textArguments({ inputSchema }: Tool): { name: string; list: boolean }[] {
  const isText = ({ type, enum: choices, anyOf = [] }: Schema) =>
    (type === 'string' && !choices) || anyOf.some((one) => one.type === 'string');
  return Object.entries((inputSchema as Schema).properties ?? {}).flatMap(([name, schema]) => {
    const list = schema.type === 'array';
    return isText(list ? (schema.items ?? {}) : schema) ? [{ name, list }] : [];
  });
}

export async function toolsOf({ client }: Served): Promise<Tool[]> {
  return (await client.listTools()).tools;
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A GitLab that takes every token and answers the rest as `answer` does; the servers before it are bound to acme/shop. */
export async function hostile(
  answer: Answer,
  { families = ['issues'], ...more }: Partial<ServedOptions> & { families?: readonly FamilyName[] } = {},
) {
  const { url, seen } = await listening((request, response) => {
    if (!request.url?.endsWith('/personal_access_tokens/self')) return answer(request, response);
    json(response, { id: 1, scopes: ['api'], active: true, expires_at: null });
  });
  const options = { url, token: 'glpat-0123456789abcdefghij', project: 'acme/shop', families, ...more };
  return { ...(await served(options)), seen, url, token: options.token };
}

/** A bare HTTP server on this machine that notes what reaches it. */
export async function listening(answer: Answer): Promise<{ url: string; seen: IncomingMessage[] }> {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

export function json(
  response: ServerResponse,
  body: unknown,
  { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** Everything of a result that reaches the model or a program. */
export const allOf = (result: Result): string => JSON.stringify(result);

/** Random numbers below 1 that are the same in every run. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
