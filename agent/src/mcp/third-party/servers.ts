// The third-party servers of one session: found, agreed to, and ready to be connected.
import { type AgentError, explain, isExpected } from '../../errors.js';
import type { ServerConnection } from '../connection.js';
import { connectionTo, type Reach } from './connection-to.js';
import { Consents } from './consents.js';
import { isEnabled } from './enabled.js';
import type { StdioEntry } from './entry.js';
import { type FoundServer, findServers, projectRoot } from './find.js';
import { type Carry, carriedConnection } from './stdio.js';

export interface ThirdPartyOptions extends Omit<Reach, 'start'> {
  /** The folder that the user opened. */
  workspace: string;
  /** The sandbox that programs run in. */
  sandbox: string;
  carry: Carry;
  /** `servers:` of the policy: by name, or `*` for all others. Allowing one does not enable it: the user does. */
  policyServers: Readonly<Record<string, 'allow' | 'deny'>>;
  /** Servers that an editor passes on, in the form of mcp.json: by name, an entry. */
  given?: Readonly<Record<string, unknown>>;
}

/** What the agent itself knows about them; the rest is for whoever speaks to the user. */
export type ThirdPartyPlace = Omit<ThirdPartyOptions, 'ask' | 'openUrl' | 'given'>;

/**
 * Asks about one server after the other. `notices` say what is left out and why, for people; a server that cannot be
 * used never keeps the others from it. Throws `settings-damaged`, and the signal's reason when aborted.
 */
export async function thirdPartyServers(
  options: ThirdPartyOptions,
): Promise<{ servers: ServerConnection[]; notices: string[] }> {
  const { home, workspace, given, signal } = options;
  const { servers: found, notices } = findServers({ home, workspace, ...(given && { given }) });
  const project = projectRoot(workspace);
  const consents = new Consents(home, project);
  const servers: ServerConnection[] = [];
  for (const server of found) {
    try {
      const { connection, notice } = await prepare(server, consents, project, options);
      if (connection) servers.push(connection);
      if (notice !== undefined) notices.push(`The MCP server ${server.name} ${notice}`);
    } catch (error) {
      signal.throwIfAborted();
      if (!isExpected(error) || (error as AgentError).code === 'settings-damaged') throw error;
      notices.push(`The MCP server ${server.name} is left out: ${explain(error)}`);
    }
  }
  return { servers, notices };
}

async function prepare(
  server: FoundServer,
  consents: Consents,
  project: string,
  options: ThirdPartyOptions,
): Promise<{ connection?: ServerConnection; notice?: string }> {
  const { name, entry } = server;
  const { policyServers, ask, signal, sandbox, carry } = options;
  if (isDenied(policyServers, name)) return { notice: 'is left out: the policy denies it.' };
  if (!(await isEnabled(server, consents, ask, signal))) {
    const isOff = consents.get(name)?.enabled === false;
    return isOff ? {} : { notice: `is not enabled here: "cofferdam mcp enable ${name}" does that.` };
  }
  const start = (program: StdioEntry) => carriedConnection(program, sandbox, carry);
  const connection = connectionTo(server, consents, project, { ...options, start });
  const isOld = entry.type === 'http' && entry.deprecated;
  return isOld
    ? { connection, notice: 'is of the type "sse", which is deprecated: Streamable HTTP is tried.' }
    : { connection };
}

function isDenied(policy: ThirdPartyOptions['policyServers'], name: string): boolean {
  const verdict = Object.hasOwn(policy, name) ? policy[name] : policy['*'];
  return verdict === 'deny';
}
