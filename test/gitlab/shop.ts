// Where most tests of the GitLab tools begin: `acme/shop` on a GitLab of its own, and Ada, who maintains it.
import type { FamilyName } from '@cofferdam/mcp-servers';
import { onTestFinished } from 'vitest';
import { access, type GitLabOptions, type Project, startGitLab } from '../fakes/gitlab/index.js';
import { type ServedOptions, served } from './support.js';

export interface ShopOptions extends GitLabOptions {
  /** Where the instance's clock stands. */
  now?: Date;
  /** What the project has beside its path; `files` are its first commit. */
  project?: Partial<Pick<Project, 'description'>> & { files?: Record<string, string> };
}

/** Closed when the test ends. `serve` connects our servers with a token of Ada's, bound to the project. */
export async function openShop(family: FamilyName, { now, project: fields, ...options }: ShopOptions = {}) {
  const gitlab = await startGitLab(options);
  onTestFinished(() => gitlab.close());
  const { world, requests } = gitlab;
  if (now) world.now = () => now;
  const ada = world.addUser({ username: 'ada', name: 'Ada Byron' });
  const project = world.addProject({ path: 'acme/shop', creator: ada, ...fields });
  world.addMember(project, ada, access.maintainer);
  const { value: token } = world.addToken({ user: ada });
  const serve = (more: Partial<ServedOptions> = {}) =>
    served({ url: gitlab.url, token, project: 'acme/shop', families: [family], ...more });
  /** The requests so far of a method, or with that in their address. */
  const sent = (method: string) => requests.filter((request) => request.method === method);
  const asked = (part: string) => requests.filter(({ path, query }) => `${path}?${query}`.includes(part));
  return { gitlab, world, ada, project, token, serve, sent, asked };
}
