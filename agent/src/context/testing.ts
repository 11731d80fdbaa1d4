// Sessions and tools for the tests of this folder.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ToolInfo } from '../mcp/index.js';
import { createLog, newSessionId, type OpenCall, Session, type SessionEvent } from '../session/index.js';
import type { Workspace } from './workspace/index.js';

/** A session in a folder that is gone after the test. */
export function newSession(events: readonly SessionEvent[] = []): Session {
  const home = mkdtempSync(join(tmpdir(), 'cofferdam-context-'));
  const session = new Session(createLog(home, newSessionId()), () => {});
  onTestFinished(() => {
    session.close();
    rmSync(home, { recursive: true });
  });
  session.record({ kind: 'session', version: 2, id: 'x', workspace: '/w', model: 'any', mode: 'auto' });
  for (const event of events) session.record(event);
  return session;
}

export const userSays = (text: string): SessionEvent => ({
  kind: 'message',
  from: 'user',
  content: [{ type: 'text', text }],
});

/** An answer of the model, with calls where `calls` has any. */
export function answer(text: string, calls: Record<string, { tool: string; input?: object }> = {}): SessionEvent {
  const uses = Object.entries(calls).map(([id, { tool, input = {} }]) => ({
    type: 'tool_use' as const,
    id,
    name: tool,
    input,
  }));
  return {
    kind: 'answer',
    content: [...(text === '' ? [] : [{ type: 'text' as const, text }]), ...uses],
    stopReason: uses.length > 0 ? 'tool_use' : 'end_turn',
    usage: { input: 10, output: 10, cacheRead: 0, cacheWrite: 0 },
    cost: 0,
    problems: {},
  };
}

export function result(id: string, tool: string, text: string, source?: string): SessionEvent {
  const content = [{ type: 'text' as const, text }];
  return { kind: 'tool-result', id, tool, content, isError: false, durationMs: 1, ...(source && { source }) };
}

export function toolInfo(server: string, tool: string, traits: Partial<ToolInfo> = {}): ToolInfo {
  return {
    name: `${server}__${tool}`,
    server,
    tool,
    ours: true,
    description: '',
    inputSchema: { type: 'object' },
    readOnly: true,
    outward: false,
    ...traits,
  };
}

export const callOf = (tool: string, input: Record<string, unknown> = {}, id = 'call_1'): OpenCall => ({
  id,
  tool,
  input,
  started: true,
});

/** A workspace of these files. */
export function memoryWorkspace(files: Record<string, string>, current: string | null = null): Workspace {
  const paths = Object.keys(files).sort();
  return {
    read: async (path) => files[path] ?? null,
    async list(folder) {
      const prefix = folder === '.' ? '' : `${folder}/`;
      const below = paths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
      return [...new Set(below.map((path) => path.replace(/\/.*/, '/')))];
    },
    async find(pattern, offset = 0) {
      const extensions = /\{(.*)\}/.exec(pattern)?.[1]?.split(',') ?? [];
      const found = paths.filter((path) => extensions.includes(path.slice(path.lastIndexOf('.') + 1)));
      return { paths: found.slice(offset, offset + 500), total: found.length };
    },
    branch: async () => current,
  };
}
