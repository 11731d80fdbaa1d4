// The figures that the GitLab servers are held to, beside the most used public one, and beside no server at all.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { peerFile } from './npm-peers.js';
import { alternate, type Figure, figure, type Samples } from './pairs.js';
import { type ServerCommand, type StartedServer, startServer } from './stdio-server.js';

const fromDist = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const program = fromDist('agent/bin/cofferdam.js');

interface Bench {
  instance: Instance;
  home: string;
  ours(server: string): ServerCommand;
  peer: ServerCommand;
}

/** What the GitLab to test against says of itself when it listens. */
interface Instance {
  url: string;
  token: string;
  project: string;
}

const peerName = '@zereight/mcp-gitlab';

export async function serverFigures(): Promise<Figure[]> {
  const gitlab = spawn(process.execPath, [fromDist('test/dist/fakes/gitlab/main.js')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const home = mkdtempSync(join(tmpdir(), 'cofferdam-bench-'));
  try {
    const instance = await listening(gitlab);
    const { url, token, project } = instance;
    const bench: Bench = {
      instance,
      home,
      ours: (server) => ({
        args: [program, 'mcp', server],
        env: { GITLAB_URL: url, GITLAB_TOKEN: token, GITLAB_PROJECT: project, COFFERDAM_HOME: home },
      }),
      peer: {
        args: [peerFile(peerName, 'build/index.js')],
        env: { GITLAB_API_URL: `${url}/api/v4`, GITLAB_PERSONAL_ACCESS_TOKEN: token },
      },
    };
    return [...(await startFigures(bench)), ...(await filesFigures(home)), ...(await callFigures(bench))];
  } finally {
    gitlab.kill();
    rmSync(home, { recursive: true, force: true });
  }
}

async function listening(gitlab: ChildProcess): Promise<Instance> {
  const lines = createInterface({ input: gitlab.stdout as NodeJS.ReadableStream });
  const [line] = (await once(lines, 'line')) as [string];
  return JSON.parse(line) as Instance;
}

/** From the start of the process to its tools listed; its memory then; and how large the definitions are. */
async function startFigures({ ours, peer }: Bench): Promise<Figure[]> {
  const runs = 15;
  const one = await sampled(runs, ours('gitlab-issues'), peer);
  const all = await sampled(runs, ours('gitlab'), peer);
  const against = { peer: peerName };
  const tokens = ({ tools }: { tools: readonly object[] }) => Math.round(JSON.stringify(tools).length / 4);
  return [
    figure({ ...against, name: 'tools listed, one GitLab server', unit: 'ms', limit: 0.35 }, one.ready),
    figure({ ...against, name: 'memory, one GitLab server', unit: 'MB', limit: 0.5 }, one.memory),
    figure({ ...against, name: 'tools listed, all nine', unit: 'ms', limit: 600, limits: 'ours' }, all.ready),
    figure({ ...against, name: 'memory, all nine', unit: 'MB', limit: 250, limits: 'ours' }, all.memory),
    figure(
      { ...against, name: 'definitions, all nine', unit: 'tokens', limit: 14_000, limits: 'ours' },
      { ours: [tokens(all.last.ours)], peers: [tokens(all.last.peer)] },
    ),
  ];
}

/** The server for a folder of this machine, beside the protocol's own example of one. */
async function filesFigures(root: string): Promise<Figure[]> {
  const peer = '@modelcontextprotocol/server-filesystem';
  const { ready, memory } = await sampled(
    15,
    { args: [program, 'mcp', 'files', '--root', root], env: {} },
    { args: [peerFile(peer, 'dist/index.js'), root], env: {} },
  );
  return [
    figure({ peer, name: 'tools listed, files', unit: 'ms', limit: 1 }, ready),
    figure({ peer, name: 'memory, files', unit: 'MB', limit: 1 }, memory),
  ];
}

async function sampled(runs: number, ours: ServerCommand, peer: ServerCommand) {
  const memory: Samples = { ours: [], peers: [] };
  const last = { ours: await startServer(ours), peer: await startServer(peer) };
  await Promise.all([last.ours.close(), last.peer.close()]);
  const start = async (command: ServerCommand, side: keyof Samples) => {
    const server = await startServer(command);
    memory[side].push(server.residentMb());
    await server.close();
    return server.readyMs;
  };
  const ready = await alternate(
    runs,
    () => start(ours, 'ours'),
    () => start(peer, 'peers'),
  );
  return { ready, memory, last };
}

/** A call beside a bare `fetch` of the URL that it stands for, and beside the same call of the peer. */
async function callFigures({ instance, ours, peer }: Bench): Promise<Figure[]> {
  const own = await startServer(ours('gitlab-issues'));
  const other = await startServer(peer);
  try {
    const { url, token, project } = instance;
    const endpoint = `${url}/api/v4/projects/${encodeURIComponent(project)}/issues/1`;
    const bare = timed(async () => {
      const response = await fetch(endpoint, { headers: { authorization: `Bearer ${token}` } });
      if (!response.ok) throw new Error(`${endpoint}: ${response.status}`);
      await response.json();
    });
    const call = timed(() => own.call('get_issue', { issue: '1' }));
    const peerCall = timed(() => other.call('get_issue', { project_id: project, issue_iid: '1' }));
    await alternate(200, call, bare);
    const samples = await alternate(2_000, call, bare);
    const beside = await alternate(500, call, peerCall);
    const added = { peer: 'fetch of the same URL', unit: 'ms', limits: 'added' } as const;
    return [
      figure({ ...added, name: 'get_issue, p50', limit: 1 }, samples),
      figure({ ...added, name: 'get_issue, p99', limit: 5 }, samples, 0.99),
      figure({ peer: `get_issue of ${peerName}`, name: 'get_issue', unit: 'ms', limit: 1 }, beside),
    ];
  } finally {
    await Promise.all([own, other].map((server: StartedServer) => server.close()));
  }
}

function timed(action: () => Promise<unknown>): () => Promise<number> {
  return async () => {
    const start = performance.now();
    await action();
    return performance.now() - start;
  };
}
