// Which of a repository's remotes is its project: what the user says, else what the branch tracks, else `origin`.
import type { Finding, Project } from './project.js';
import type { RemoteUrl } from './remote-url.js';
import type { GitLabSettings } from './settings.js';

interface Remote extends RemoteUrl {
  name: string;
  /** The server behind `host`, where the user's SSH configuration knows it by another name. */
  resolved: string;
}

interface Checkout {
  remotes: readonly Remote[];
  /** The branch that is checked out; null where HEAD is detached. */
  branch: string | null;
  /** The remote that this branch tracks. */
  tracked: string | undefined;
}

export function chooseProject({ remotes, branch, tracked }: Checkout, settings: GitLabSettings): Finding {
  const onInstance = remotes.flatMap((remote) => {
    const place = settings.instance === undefined ? placeOf(remote) : placeOn(settings.instance, remote);
    return place ? [{ ...place, remote: remote.name, branch }] : [];
  });
  const { instance, project } = settings;
  const candidates = project === undefined ? onInstance : onInstance.filter(({ path }) => same(path, project));
  const [first, ...others] = candidates;
  if (first) {
    const agreed = others.every((other) => sameProject(other, first)) ? first : undefined;
    const named = (name: string | undefined) => candidates.find(({ remote }) => remote === name);
    const chosen = named(tracked) ?? named('origin') ?? agreed;
    return chosen ? { kind: 'found', project: chosen } : { kind: 'ambiguous', candidates };
  }
  if (project !== undefined && instance !== undefined) {
    return { kind: 'found', project: { instance, path: project, remote: null, branch } };
  }
  return { kind: 'none', reason: whyNone(settings, remotes.length) };
}

function whyNone({ instance, project }: GitLabSettings, remotes: number): string {
  if (project !== undefined) return `No Git remote here names ${project}, so set GITLAB_URL besides GITLAB_PROJECT.`;
  if (remotes === 0) return 'No Git remote here names one on a server.';
  return `No Git remote here is on ${instance}; GITLAB_PROJECT can name the project.`;
}

type Place = Pick<Project, 'instance' | 'path'>;

/** Where a remote's project is as far as its URL tells: a prefix cannot be told from a group. */
function placeOf({ protocol, resolved, port, path }: Remote): Place {
  const web = isWeb(protocol);
  return { instance: new URL(`${web ? protocol : 'https'}://${resolved}:${web ? port : ''}`).origin, path };
}

/** The remote's project when it is on `instance`. */
function placeOn(instance: string, remote: Remote): Place | undefined {
  const { host, hostname, pathname } = new URL(instance);
  // Other ports are other servers, except for SSH, which has one of its own and knows of no prefix.
  if (!isWeb(remote.protocol)) {
    const names = [remote.host.toLowerCase(), new URL(placeOf(remote).instance).hostname];
    return names.includes(hostname) ? { instance, path: remote.path } : undefined;
  }
  const prefix = pathname.slice(1).replace(/(?<=.)$/, '/');
  const path = remote.path.slice(prefix.length);
  const isThere = new URL(placeOf(remote).instance).host === host && remote.path.startsWith(prefix);
  return isThere && path.includes('/') ? { instance, path } : undefined;
}

function isWeb(protocol: Remote['protocol']): boolean {
  return protocol === 'http' || protocol === 'https';
}

function sameProject(a: Project, b: Project): boolean {
  return new URL(a.instance).host === new URL(b.instance).host && same(a.path, b.path);
}

/** GitLab's paths differ in more than case. */
function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
