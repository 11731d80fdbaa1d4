// The server behind a host name of the user's SSH configuration. Nothing is connected to.
import { isIP } from 'node:net';
import { homedir } from 'node:os';
import { ask } from './ask.js';
import { parseHost } from './remote-url.js';

/** A repository may have any number of remotes; each host costs a process. */
const maxHosts = 20;

/** GitLab.com's SSH on port 443: https://docs.gitlab.com/user/gitlab_com/#alternative-ssh-port */
const alternates = new Map([['altssh.gitlab.com', 'gitlab.com']]);

/** By host, as it is written: the name of the server. A host that is not in the map is called what it is written. */
export async function resolveHosts(
  hosts: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<ReadonlyMap<string, string>> {
  const names = [...new Set(hosts)].filter((host) => !host.startsWith('[')).slice(0, maxHosts);
  return new Map(await Promise.all(names.map(async (host) => [host, await resolveHost(host, env)] as const)));
}

async function resolveHost(host: string, env: NodeJS.ProcessEnv): Promise<string> {
  // Canonical names would be asked of a name server.
  const args = ['-G', '-o', 'CanonicalizeHostname=no', '--', host];
  const { stdout } = await ask('ssh', args, { cwd: homedir(), env });
  const configured = parseHost(/^hostname (.+)$/m.exec(stdout)?.[1] ?? '') ?? host;
  // The address of a server that has a name is of no use: its certificate and links carry the name.
  const server = isIP(configured) && host.includes('.') ? host : configured;
  return alternates.get(server.toLowerCase()) ?? server;
}
