// For tests of the resources: one project with a member at work on it, and a client that says what came back.
import { type GitLab, type GitLabOptions, startGitLab } from '../gitlab.js';
import { type AccessLevel, access, type Project, type User } from '../world/types.js';

export interface Answer<T = unknown> {
  status: number;
  body: T;
  headers: Headers;
}

export interface Client {
  get<T = unknown>(path: string): Promise<Answer<T>>;
  head(path: string): Promise<Answer>;
  post<T = unknown>(path: string, body?: object): Promise<Answer<T>>;
  put<T = unknown>(path: string, body?: object): Promise<Answer<T>>;
  delete(path: string, body?: object): Promise<Answer>;
}

/** Speaks to `/api/v4` of an instance; anonymous without a token. Redirects are not followed. */
export function clientOf(gitlab: GitLab, token?: string): Client {
  const send = (method: string, path: string, body?: object) => request(gitlab, token, method, path, body);
  return {
    get: <T>(path: string) => send('GET', path) as Promise<Answer<T>>,
    head: (path) => send('HEAD', path),
    post: <T>(path: string, body?: object) => send('POST', path, body) as Promise<Answer<T>>,
    put: <T>(path: string, body?: object) => send('PUT', path, body) as Promise<Answer<T>>,
    delete: (path, body) => send('DELETE', path, body),
  };
}

/** One request below `/api/v4`, with a JSON body if any. */
export async function request(
  gitlab: GitLab,
  token: string | undefined,
  method: string,
  path: string,
  body?: object,
): Promise<Answer> {
  const response = await fetch(`${gitlab.url}/api/v4${path}`, {
    method,
    redirect: 'manual',
    headers: { ...(token && { 'PRIVATE-TOKEN': token }), ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json') && text !== '';
  return { status: response.status, body: json ? JSON.parse(text) : text, headers: response.headers };
}

export interface Workplace {
  gitlab: GitLab;
  /** `acme/shop`, private. */
  project: Project;
  /** Its maintainer. */
  ada: User;
  api: Client;
  /** A client for a new user with that level in the project. */
  as(level: AccessLevel): Client;
}

export const FILES = {
  'README.md': '# Shop\n\nSells things.\n',
  'src/cart.js': 'export const cart = [];\n\nexport function add(item) {\n  cart.push(item);\n}\n',
  'src/total.js': 'export const total = (items) => items.length;\n',
};

export async function startWorkplace(
  options: GitLabOptions = {},
  files: Readonly<Record<string, string>> = FILES,
): Promise<Workplace> {
  const gitlab = await startGitLab(options);
  const { world } = gitlab;
  const ada = world.addUser({ username: 'ada', name: 'Ada Byron' });
  const project = world.addProject({ path: 'acme/shop', files, creator: ada });
  const enter = (user: User, level: AccessLevel): Client => {
    world.addMember(project, user, level);
    return clientOf(gitlab, world.addToken({ user }).value);
  };
  return { gitlab, project, ada, api: enter(ada, access.maintainer), as: (level) => enter(world.addUser(), level) };
}
