// Finds the project of a workspace from its Git remotes.
import { safePath } from './ask.js';
import { chooseProject } from './choose.js';
import type { Finding } from './project.js';
import { readRepository } from './repository.js';
import type { GitLabSettings } from './settings.js';
import { resolveHosts } from './ssh.js';

/** The user's own settings, and what the programs need to find them. */
const inherited = [
  'HOME',
  'XDG_CONFIG_HOME',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'GIT_CONFIG_NOSYSTEM',
  'SYSTEMROOT',
] as const;

export interface FindOptions {
  /** Any folder of the checkout; absolute. */
  folder: string;
  settings: GitLabSettings;
  env: NodeJS.ProcessEnv;
}

/** Takes some 10 ms and no network. Never throws: where Git is missing or cannot answer, nothing is found. */
export async function findProject({ folder, settings, env: parent }: FindOptions): Promise<Finding> {
  const own = Object.fromEntries(inherited.map((name) => [name, parent[name]]));
  const env = { ...own, PATH: safePath(folder, parent['PATH']), LC_ALL: 'C' };
  const { remotes, branch, tracked } = await readRepository({ cwd: folder, env });
  const hosts = remotes.filter(({ protocol }) => protocol === 'ssh').map(({ host }) => host);
  const servers = await resolveHosts(hosts, env);
  const resolved = remotes.map((remote) => ({
    ...remote,
    resolved: (remote.protocol === 'ssh' && servers.get(remote.host)) || remote.host,
  }));
  return chooseProject({ remotes: resolved, branch, tracked }, settings);
}
