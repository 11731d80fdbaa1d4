// The MCP Inspector's command line, as a user runs it: servers by name from a file like those that clients are given.
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Programs } from '../support/node24.js';
import { temporaryFolder } from '../support/workspaces.js';

/** An entry of `mcpServers`. */
export type Server =
  | { command: string; args: string[]; env: Record<string, string> }
  | { type: 'http'; url: string; headers: Record<string, string> };

export interface Inspected {
  /** 0 done, 3 not authorized, 5 the tool failed, 6 a schema that some client cannot map. */
  exit: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect.
  result: any;
  stderr: string;
}

export type Inspector = (name: string, ...options: string[]) => Promise<Inspected>;

/** An Inspector that knows `mcpServers`, and nothing of this machine's user. */
export function inspectorOf({ node, inspector }: Programs, mcpServers: Record<string, Server>): Inspector {
  const home = temporaryFolder();
  const config = join(home, 'mcp.json');
  writeFileSync(config, JSON.stringify({ mcpServers }));
  const env = { PATH: process.env['PATH'], HOME: home };
  return (name, ...options) =>
    new Promise((resolve, reject) => {
      const args = [inspector, '--cli', '--config', config, '--server', name, '--format', 'json', ...options];
      const child = execFile(node, args, { env, maxBuffer: 16 * 2 ** 20 }, (error, stdout, stderr) => {
        if (child.exitCode === null) reject(error);
        else resolve({ exit: child.exitCode, result: stdout ? JSON.parse(stdout).result : undefined, stderr });
      });
    });
}
