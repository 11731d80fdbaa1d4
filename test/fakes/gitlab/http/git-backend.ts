// Git over HTTP: `git clone http://oauth2:TOKEN@HOST/acme/shop.git`, answered by Git's own `git http-backend`.
import { spawn } from 'node:child_process';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gitEnvironment } from '../git/run.js';
import { mayPush, mayReadCode } from '../world/access.js';
import type { Project, Token } from '../world/types.js';
import type { World } from '../world/world.js';
import { isActive } from './auth.js';
import type { Request } from './context.js';

const SERVICE = /^\/(.+)\.git\/(info\/refs|git-upload-pack|git-receive-pack)$/;

export const isGitRequest = (path: string): boolean => SERVICE.test(path);

/** Answers one request of Git's smart protocol. Rejects where Git cannot be started. */
export async function serveGit(world: World, request: Request, response: ServerResponse): Promise<void> {
  const [, path = '', action = ''] = SERVICE.exec(request.path) ?? [];
  const writing = action === 'git-receive-pack' || request.query.get('service') === 'git-receive-pack';
  const token = tokenOf(world, request.headers);
  const project = world.project(decodeURIComponent(path));
  const needed = writing ? ['api', 'write_repository'] : ['api', 'read_repository', 'write_repository'];
  const allowed = token?.scopes.some((scope) => needed.includes(scope)) ?? false;
  if (!token && (writing || project?.visibility !== 'public'))
    return refuse(response, 401, 'HTTP Basic: Access denied.');
  if (!project || !mayReadCode(world, token?.user, project)) {
    return refuse(
      response,
      404,
      'The project you were looking for could not be found or you don’t have permission to view it.',
    );
  }
  if (token && !allowed) return refuse(response, 403, 'Your token does not have the scope for this.');
  const branches = action === 'git-receive-pack' ? pushedBranches(request.body) : [];
  const protectedBranch = branches.find((branch) => !mayPush(world, token?.user, project, branch));
  if (protectedBranch) return refuse(response, 403, 'You are not allowed to push code to this branch.');
  await runBackend(world, project, `/${action}`, request, response);
  for (const branch of branches) world.pushed(project, branch);
}

/** The token is the password; the name before it may be anything. */
function tokenOf(world: World, { authorization }: IncomingHttpHeaders): Token | undefined {
  const encoded = /^Basic (.*)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const value = Buffer.from(encoded, 'base64').toString('utf8').split(/:(.*)/s)[1];
  return world.tokens.find((token) => token.value === value && isActive(world, token));
}

/** A push begins with a packet for each ref: four digits of length, the old hash, the new one, the name. */
function pushedBranches(body: Buffer): string[] {
  const branches: string[] = [];
  for (let at = 0; ; ) {
    const length = Number.parseInt(body.subarray(at, at + 4).toString('latin1'), 16);
    // A length of zero ends the list.
    if (!(length > 4)) return branches;
    const line = body.subarray(at + 4, at + length).toString('utf8');
    const branch = /^[0-9a-f]{40} [0-9a-f]{40} refs\/heads\/([^\0\n]+)/.exec(line)?.[1];
    if (branch) branches.push(branch);
    at += length;
  }
}

/** One run of the CGI program, whose output is headers, an empty line and the body. */
async function runBackend(
  world: World,
  project: Project,
  action: string,
  { method, query, headers, body }: Request,
  response: ServerResponse,
): Promise<void> {
  const { folder } = world.repositoryOf(project);
  const child = spawn('git', ['http-backend'], {
    env: {
      ...gitEnvironment,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: action,
      REQUEST_METHOD: method,
      QUERY_STRING: query.toString(),
      CONTENT_TYPE: headers['content-type'] ?? '',
      CONTENT_LENGTH: String(body.length),
      HTTP_CONTENT_ENCODING: headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(headers['git-protocol'] ?? ''),
      REMOTE_ADDR: '127.0.0.1',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(body);
  const output = await buffer(child.stdout);
  const end = output.indexOf('\r\n\r\n');
  const lines = output.subarray(0, end).toString('latin1').split('\r\n');
  const fields = Object.fromEntries(lines.map((line) => line.split(/: *(.*)/s)));
  const { Status: status = '200', ...rest } = fields as Record<string, string>;
  response.writeHead(Number.parseInt(status, 10), rest).end(output.subarray(end + 4));
}

function refuse(response: ServerResponse, status: number, words: string): void {
  const challenge = status === 401 ? { 'www-authenticate': 'Basic realm="GitLab"' } : {};
  response.writeHead(status, { 'content-type': 'text/plain', ...challenge }).end(`${words}\n`);
}
