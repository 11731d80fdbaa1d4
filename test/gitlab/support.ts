// A GitLab to test against, our servers in front of it, and an MCP client in front of those.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FamilyName, GitLabConnection, openAuditLog, readGitLabSettings } from '@cofferdam/mcp-servers';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from '../support/workspaces.js';

export interface ServedOptions {
  /** Where GitLab is. */
  url: string;
  token: string;
  project?: string;
  families: readonly FamilyName[];
  readOnly?: boolean;
  policy?: Partial<{ projects: string[]; groups: string[]; instance: boolean; quick_actions: string[] }>;
  env?: Record<string, string>;
}

export interface Served {
  client: Client;
  /** COFFERDAM_HOME of the servers. */
  home: string;
  /** What the user was told beside the tools' results. */
  warnings: string[];
  call(name: string, input?: Record<string, unknown>): Promise<Result>;
  /** All events so far, in order. */
  events(): Record<string, unknown>[];
  /** Before the test ends, where closing is part of it. */
  close(): Promise<void>;
}

export interface Result {
  text: string;
  isError: boolean;
  /** The code of a failure. */
  code: unknown;
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect.
  data: any;
}

/** Our servers, connected; closed when the test ends. */
export async function served({ url, token, project, families, readOnly, policy, env }: ServedOptions): Promise<Served> {
  const home = temporaryFolder();
  const warnings: string[] = [];
  const environment = { GITLAB_URL: url, GITLAB_TOKEN: token, ...(project && { GITLAB_PROJECT: project }), ...env };
  const connection = new GitLabConnection({
    settings: readGitLabSettings(environment),
    policy: { projects: [], groups: [], instance: false, quick_actions: [], ...policy },
    audit: openAuditLog({ home, name: 'test' }),
    ...(readOnly !== undefined && { readOnly }),
    onWarning: (message) => warnings.push(message),
  });
  const makeServer = await connection.serversOf({ name: 'gitlab', families });
  const client = new Client({ name: 'test', version: '1' });
  const [near, far] = InMemoryTransport.createLinkedPair();
  await makeServer().connect(far);
  await client.connect(near);
  let closing: Promise<void> | undefined;
  const close = async () => {
    await client.close();
    await connection.close();
  };
  onTestFinished(() => closing?.catch(() => {}) ?? close());
  return {
    client,
    home,
    warnings,
    close() {
      closing ??= close();
      return closing;
    },
    async call(name, input = {}) {
      const result = (await client.callTool({ name, arguments: input })) as CallToolResult;
      const text = result.content.map((block) => (block.type === 'text' ? block.text : `[${block.type}]`)).join('\n');
      const code = result._meta?.['cofferdam/error'];
      return { text, isError: result.isError === true, code, data: result.structuredContent };
    },
    events: () => readEvents(home),
  };
}

function readEvents(home: string): Record<string, unknown>[] {
  const folder = join(home, 'audit');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n'))
    .map((line) => JSON.parse(line));
}
