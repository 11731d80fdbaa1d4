// Tool servers as child processes.
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { ServerConnection } from './connection.js';

export interface ServerCommand {
  name: string;
  command: string;
  args: readonly string[];
  /** All that the server gets besides PATH, HOME, USER and the like: never the model's key. */
  env: Readonly<Record<string, string>>;
}

const keptComplaint = 2_000;

export function stdioServer({ name, command, args, env }: ServerCommand): ServerConnection {
  const transport = new StdioClientTransport({ command, args: [...args], env: { ...env }, stderr: 'pipe' });
  let tail = '';
  transport.stderr?.on('data', (chunk: Buffer) => {
    tail = (tail + chunk.toString('utf8')).slice(-keptComplaint);
  });
  return { name, transport, complaint: () => tail };
}
