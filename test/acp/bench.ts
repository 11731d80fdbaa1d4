// What a session works with, in memory: a copy of a folder, the real files server on it, and a stand-in for commands.

import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createFilesServer } from '@cofferdam/mcp-servers';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { Workbench } from '../../agent/src/agent/index.js';
import type { ChangeSet, Keeper } from '../../agent/src/keeper/index.js';
import { openToolbox, type ServerConnection } from '../../agent/src/mcp/index.js';
import { temporaryFolder } from '../support/workspaces.js';

export type RunCommand = (
  command: string,
  say: (output: string) => void,
  signal: AbortSignal,
) => string | Promise<string>;

export interface Bench {
  /** The copy that the tools work on. */
  copy: string;
  /** Sandboxes that were removed. */
  removed: string[];
  open(session: { record(event: { kind: 'sandbox'; id: string }): void }, workspace: string): Promise<Workbench>;
}

/** `run` stands for the commands server: what it answers is the result, what it says comes before. */
export function memoryBench(run: RunCommand): Bench {
  const copy = temporaryFolder();
  const removed: string[] = [];
  return {
    copy,
    removed,
    async open(session, workspace) {
      if (readdirSync(copy).length === 0) cpSync(workspace, copy, { recursive: true });
      session.record({ kind: 'sandbox', id: 'memory' });
      const servers = [
        await connected('files', createFilesServer({ root: copy })),
        await connected('commands', commands(run)),
      ];
      const toolbox = await openToolbox(servers, new AbortController().signal);
      return { toolbox, keeper: keeperOf(workspace, copy, removed), folder: '', close: () => toolbox.close() };
    },
  };
}

async function connected(
  name: string,
  server: { connect(transport: InMemoryTransport): Promise<void> },
): Promise<ServerConnection> {
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await server.connect(theirs);
  return { name, transport: ours };
}

function commands(run: RunCommand): Server {
  const server = new Server({ name: 'commands', version: '1' }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: [
      {
        name: 'run_command',
        inputSchema: { type: 'object' as const, properties: { command: { type: 'string' } } },
        annotations: { readOnlyHint: false, openWorldHint: false },
      },
    ],
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal, sendNotification }) => {
    const progressToken = params._meta?.progressToken ?? '';
    let progress = 0;
    const say = (message: string) =>
      void sendNotification({
        method: 'notifications/progress',
        params: { progressToken, progress: ++progress, message },
      });
    const text = await run(String(params.arguments?.['command']), say, signal);
    return { content: [{ type: 'text' as const, text }] };
  });
  return server;
}

/** Changes are what differs between two folders of few files. */
function keeperOf(workspace: string, copy: string, removed: string[]): Keeper {
  const checkpoints = new Map<string, string>();
  const opened = { id: 'memory', workspace, folder: '', image: 'none', createdAt: '', notices: [] };
  const text = (root: string, path: string) =>
    existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : null;
  const changes = (): ChangeSet['changes'] =>
    [...new Set([...filesIn(workspace), ...filesIn(copy)])].sort().flatMap((path) => {
      const [old, now] = [text(workspace, path), text(copy, path)];
      if (old === now) return [];
      const kind = old === null ? 'added' : now === null ? 'deleted' : 'modified';
      return [{ path, kind, ...side('old', old), ...side('new', now), binary: false }] as ChangeSet['changes'];
    });
  return {
    isLost: false,
    open: async () => opened,
    attach: async () => opened,
    async checkpoint(name) {
      const kept = temporaryFolder();
      cpSync(copy, kept, { recursive: true });
      checkpoints.set(name, kept);
      return { files: 0, bytes: 0 };
    },
    async restore(name) {
      rmSync(copy, { recursive: true });
      cpSync(checkpoints.get(name) ?? '', copy, { recursive: true });
      return { restored: 0, removed: 0, conflicts: [] };
    },
    fork: async () => ({ id: 'memory', conflicts: [], notices: [] }),
    changes: async () => ({ changes: changes(), ignored: 0, skipped: [] }),
    patch: async () => ({
      patch: changes()
        .map(({ path }) => path)
        .join('\n'),
      more: false,
    }),
    async read({ path, side, maxBytes }) {
      const found = text(side === 'old' ? workspace : copy, path);
      return {
        text: found?.slice(0, maxBytes) ?? null,
        more: (found?.length ?? 0) > maxBytes,
      };
    },
    async apply(paths) {
      const wanted = changes().filter(({ path }) => paths === undefined || paths.includes(path));
      const conflicts = wanted
        .filter(({ path }) => path.startsWith('moved'))
        .map(({ path }) => ({ path, reason: 'it changed' }));
      const applied = wanted.map(({ path }) => path).filter((path) => !path.startsWith('moved'));
      for (const path of applied) {
        const now = text(copy, path);
        mkdirSync(dirname(join(workspace, path)), { recursive: true });
        if (now === null) rmSync(join(workspace, path));
        else writeFileSync(join(workspace, path), now);
      }
      return { applied, conflicts, refused: [] };
    },
    async close() {
      removed.push('memory');
    },
    detach: async () => {},
  };
}

function side(name: 'old' | 'new', text: string | null) {
  const sha256 = text === null ? null : createHash('sha256').update(text).digest('hex');
  return {
    [`${name}Mode`]: text === null ? null : '100644',
    [`${name}Sha256`]: sha256,
    [`${name}Size`]: text?.length ?? null,
  };
}

function filesIn(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(root, path)).isFile());
}
