// A third-party server that is a program: it runs in the sandbox's command container, and a process of ours carries what
// it reads and writes.
import type { ServerConnection } from '../connection.js';
import type { StdioEntry } from './entry.js';

/** Starts `cofferdam mcp third-party` with these arguments, and these variables beside what reaching the engine takes. */
export type Carry = (args: readonly string[], env: Readonly<Record<string, string>>) => ServerConnection;

/**
 * Holds the server's own variables, as JSON: on a command line other users of the machine would see them, and as
 * variables of the carrying process they would act on that one, which is outside of the sandbox.
 */
export const serverEnvironmentVariable = 'COFFERDAM_MCP_ENVIRONMENT';

/** With every variable of the entry filled in but the workspace's folder, which the carrying process knows. */
export function carriedConnection(entry: StdioEntry, sandbox: string, carry: Carry): ServerConnection {
  const { command, args, env, cwd } = entry;
  const folder = cwd === undefined ? [] : ['--cwd', cwd];
  return carry(['--sandbox', sandbox, ...folder, '--', command, ...args], {
    [serverEnvironmentVariable]: JSON.stringify(env),
  });
}
