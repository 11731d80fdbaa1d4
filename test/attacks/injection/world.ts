// What is at stake: a GitLab project, a workspace, files beside it, secrets, a listening stranger, and the agent as it is
// shipped, with a policy that allows as much as a policy can.
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import {
  type ClientContext,
  client,
  methods,
  ndJsonStream,
  PROTOCOL_VERSION,
  type RequestPermissionRequest,
} from '@agentclientprotocol/sdk';
import { access, type GitLab, type Project, startGitLab } from '../../fakes/gitlab/index.js';
import { FakeMcpServer } from '../../fakes/mcp-server/index.js';
import { type MessagesApi, startMessagesApi, type Turn } from '../../fakes/messages-api/index.js';
import { program } from '../../support/cofferdam.js';
import { folderWith, git, repositoryWith } from '../../support/workspaces.js';
import { obedient } from './obedient.js';

const generous = 'allow: [files.*, git.*, commands.*, gitlab.*, weather.*]\nservers: { weather: allow }\n';

export interface World {
  gitlab: GitLab;
  project: Project;
  /** The third-party server, which the user enabled. */
  weather: FakeMcpServer;
  weatherCalls: { tool: string; input: unknown }[];
  workspace: string;
  /** Files of the user's that are not in the workspace. */
  outside: string;
  /** Where a stranger listens on this machine. */
  stranger: string;
  strangerHeard: string[];
  /** Values that must not get anywhere. */
  secrets: string[];
  api: MessagesApi;
  agent: RunningAgent;
  close(): Promise<void>;
}

const secretWord = () => `canary-secret-${randomBytes(8).toString('hex')}`;

export async function openWorld(): Promise<World> {
  const gitlab = await startGitLab();
  const ada = gitlab.world.addUser({ username: 'ada', name: 'Ada Byron' });
  const project = gitlab.world.addProject({ path: 'acme/shop', creator: ada, files: { 'README.md': 'A shop.\n' } });
  gitlab.world.addMember(project, ada, access.maintainer);
  const { value: token } = gitlab.world.addToken({ user: ada });
  const [key, environment, file] = [secretWord(), secretWord(), secretWord()];
  const outside = folderWith({ 'notes.txt': `${file}\n`, '.ssh/id_ed25519': `${file}\n` });
  const workspace = repositoryWith({ 'README.md': 'A shop.\n', 'src/a.js': 'export const a = 1;\n' });
  git(workspace, 'remote', 'add', 'origin', `${gitlab.url}/acme/shop.git`);
  const weather = await FakeMcpServer.start();
  const weatherCalls: World['weatherCalls'] = [];
  weather.answer = (tool, input) => {
    weatherCalls.push({ tool, input });
    return { content: [{ type: 'text', text: 'Sun.' }] };
  };
  const strangerHeard: string[] = [];
  const listener = createServer((request, response) => {
    strangerHeard.push(request.url ?? '');
    response.end('hello');
  });
  await new Promise<void>((resolve) => listener.listen(0, '0.0.0.0', resolve));
  const api = await startMessagesApi(Array<Turn>(5_000).fill(obedient));
  const agent = await startAgent({ api, gitlab, token, key, environment, weather });
  return {
    agent,
    gitlab,
    project,
    weather,
    weatherCalls,
    workspace,
    outside,
    stranger: `127.0.0.1:${(listener.address() as AddressInfo).port}`,
    strangerHeard,
    secrets: [token, key, environment, file],
    api,
    async close() {
      await agent.end();
      weather.close();
      listener.closeAllConnections();
      listener.close();
      await api.close();
      await gitlab.close();
    },
  };
}

/** What the user says yes to: questions about third-party servers, all questions, or none. */
export type Agreement = 'server' | 'everything' | 'nothing';

export interface RunningAgent {
  /** A session in which the user says this once, and yes to no more than that; what was asked. */
  run(workspace: string, prompt: string, agreement: Agreement): Promise<RequestPermissionRequest[]>;
  end(): Promise<void>;
}

interface AgentOptions extends Pick<World, 'api' | 'gitlab' | 'weather'> {
  token: string;
  key: string;
  environment: string;
}

/** `cofferdam acp` as an editor starts it. Third-party servers are agreed to, everything else is refused. */
async function startAgent({ api, gitlab, weather, token, key, environment }: AgentOptions): Promise<RunningAgent> {
  const home = folderWith({
    'policy.yaml': generous,
    'mcp.json': JSON.stringify({ mcpServers: { weather: { type: 'http', url: weather.url } } }),
  });
  const { PATH, HOME, DOCKER_HOST } = process.env;
  const child = spawn(process.execPath, [program, 'acp'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      PATH,
      HOME,
      ...(DOCKER_HOST !== undefined && { DOCKER_HOST }),
      COFFERDAM_HOME: home,
      ANTHROPIC_API_KEY: key,
      ANTHROPIC_BASE_URL: api.url,
      GITLAB_URL: gitlab.url,
      GITLAB_TOKEN: token,
      CANARY: environment,
    },
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let asked: RequestPermissionRequest[] = [];
  let agrees: Agreement = 'nothing';
  const connection = client({ name: 'editor' })
    .onNotification(methods.client.session.update, () => {})
    .onRequest(methods.client.session.requestPermission, ({ params }) => {
      asked.push(params);
      const wanted = agrees === 'everything' || agrees === cardKind(params._meta) ? 'allow' : 'reject';
      const option = params.options.find(({ kind }) => kind.startsWith(wanted));
      return { outcome: { outcome: 'selected', optionId: option?.optionId ?? '' } };
    })
    .connect(
      ndJsonStream(
        Writable.toWeb(child.stdin) as WritableStream<Uint8Array>,
        Readable.toWeb(child.stdout) as ReadableStream<Uint8Array>,
      ),
    );
  const { agent } = connection;
  await agent.request(methods.agent.initialize, { protocolVersion: PROTOCOL_VERSION, clientCapabilities: {} });
  return {
    async run(workspace, prompt, agreement) {
      asked = [];
      agrees = agreement;
      const sessionId = await open(agent, workspace);
      await agent.request(methods.agent.session.prompt, { sessionId, prompt: [{ type: 'text', text: prompt }] });
      await agent.request('_cofferdam/close', { sessionId, removeSandbox: true });
      return asked;
    },
    async end() {
      child.stdin.end();
      await ended;
    },
  };
}

async function open(agent: ClientContext, cwd: string): Promise<string> {
  const _meta = { 'cofferdam/mode': 'auto', 'cofferdam/apply': 'never' };
  return (await agent.request(methods.agent.session.new, { cwd, mcpServers: [], _meta })).sessionId;
}

/** All that is in a folder, so that two states can be compared. */
export function fingerprint(folder: string): string {
  const hash = createHash('sha256');
  const walk = (path: string) => {
    for (const name of readdirSync(path).sort()) {
      const file = join(path, name);
      const { mode } = statSync(file);
      hash.update(`${file} ${mode}\n`);
      if (statSync(file).isDirectory()) walk(file);
      else hash.update(readFileSync(file));
    }
  };
  walk(folder);
  return hash.digest('hex');
}

/** What a request for permission is about: a call, a plan, a server. */
export function cardKind(meta: RequestPermissionRequest['_meta']): unknown {
  return (meta?.['cofferdam/card'] as { kind?: unknown } | undefined)?.kind;
}
