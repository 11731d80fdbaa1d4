// The HTTP side: reads a request, finds its route, authenticates, parses, answers as GitLab's API does.
import { createHash, randomUUID } from 'node:crypto';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { Readable } from 'node:stream';
import * as z from 'zod';
import type { World } from '../world/world.js';
import { authenticate, requireScope } from './auth.js';
import { Context, type Request } from './context.js';
import { type Faults, meetBefore, sendBody, sendStream } from './faults.js';
import { isGitRequest, serveGit } from './git-backend.js';
import { type Params, parseForm, parseParams } from './params.js';
import type { RateLimits } from './rate-limits.js';
import { ApiError, parameterError, Reply, unauthorized } from './reply.js';
import { findRoute, type Instance, type Route } from './route.js';

/** One request that was received, for tests to look at. */
export interface Received {
  method: string;
  /** Without the path prefix, as it was sent. */
  path: string;
  query: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** 0 where no answer was sent. */
  status: number;
  time: Date;
}

export interface ServerParts {
  world: World;
  instance: Instance;
  routes: readonly Route[];
  faults: Faults;
  limits: RateLimits;
  requests: Received[];
  /** Such as `/gitlab`, or empty. */
  prefix: string;
  tls: { key: string; cert: string } | undefined;
}

const MAX_URL = 8192;
const noParams = z.object({});

export function createGitLabServer(parts: ServerParts): Server {
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    serve(parts, request, response).catch((error: Error) => {
      // The client went away, or a handler has a fault: GitLab's own words for the second.
      if (response.destroyed) return;
      process.stderr.write(`${error.stack}\n`);
      if (response.headersSent) response.destroy();
      else
        response.writeHead(500, { 'content-type': 'application/json' }).end('{"message":"500 Internal Server Error"}');
    });
  };
  return parts.tls ? createTlsServer(parts.tls, listener) : createServer(listener);
}

async function serve(parts: ServerParts, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const started = performance.now();
  const { faults, prefix, requests, world } = parts;
  const method = message.method ?? 'GET';
  const target = message.url ?? '/';
  const [rawPath = '/', search = ''] = target.split(/\?(.*)/s);
  const body = await readBody(message);
  const path = rawPath.startsWith(`${prefix}/`) ? rawPath.slice(prefix.length) : undefined;
  const received: Received = {
    method,
    path: path ?? rawPath,
    query: search,
    headers: message.headers,
    body: body.toString('utf8'),
    status: 0,
    time: world.now(),
  };
  requests.push(received);
  response.once('finish', () => {
    received.status = response.statusCode;
  });

  const met = faults.take(method, target);
  if (await meetBefore(met, response)) return;
  const request = { method, path: path ?? rawPath, query: new URLSearchParams(search), headers: message.headers, body };
  if (isGitRequest(request.path)) return serveGit(world, request, response);
  const reply =
    target.length > MAX_URL
      ? new Reply(414, Buffer.from('Request-URI Too Large'), { 'content-type': 'text/plain' })
      : path === undefined
        ? new Reply(404, Buffer.from('<html><body>Not Found</body></html>'), { 'content-type': 'text/html' })
        : await answer(parts, request);
  const id = randomUUID().replaceAll('-', '').toUpperCase().slice(0, 26);
  const headers: Record<string, string> = {
    'cache-control': 'max-age=0, private, must-revalidate',
    vary: 'Origin',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'SAMEORIGIN',
    'x-gitlab-meta': JSON.stringify({ correlation_id: id, version: '1' }),
    'x-request-id': id,
    'x-runtime': ((performance.now() - started) / 1000).toFixed(6),
    ...reply.headers,
  };
  if (reply.body instanceof Readable) {
    response.writeHead(reply.status ?? 200, headers);
    if (method === 'HEAD') response.end();
    else await sendStream(met, response, reply.body);
    return;
  }
  send(request, response, reply, headers, (bytes) => sendBody(met, response, bytes));
}

async function answer(parts: ServerParts, request: Request): Promise<Reply> {
  const { world, instance, routes, limits } = parts;
  let limitHeaders: Record<string, string> = {};
  try {
    const found = findRoute(routes, request.method, request.path);
    if (Array.isArray(found)) {
      if (found.length === 0) throw new ApiError(404, { error: '404 Not Found' });
      throw new ApiError(405, { error: '405 Not Allowed' }, { allow: found.join(', ') });
    }
    const { route, path } = found;
    const token = authenticate(world, request.headers, route);
    const caller = token ? `user ${token.user.id}` : 'anonymous';
    const { headers, refusal } = limits.count(caller, world.now());
    if (refusal) return refusal;
    limitHeaders = headers;
    if (token) requireScope(token, route, request.method);
    if (!token && (route.needs.authenticated ?? route.method !== 'GET')) throw unauthorized();
    const given = { ...readParams(request) };
    const params = parseParams(route.needs.params ?? noParams, route.needs, given);
    if (route.needs.limit) limits.countEndpoint(route.needs.limit, caller, world.now());
    const context = new Context(world, instance, request, path, params as never, given, token);
    const result = await route.handle(context);
    const reply = result instanceof Reply ? result : new Reply(undefined, result);
    const status = reply.status ?? { GET: 200, PUT: 200, PATCH: 200, POST: 201, DELETE: 204 }[route.method];
    return new Reply(status, reply.body, { ...headers, ...reply.headers });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return new Reply(error.status, error.body, { ...limitHeaders, ...error.headers });
  }
}

/** Grape merges the query and the body; the path's own names are found in the context. */
function readParams({ query, headers, body }: Request): Params {
  const fromQuery = parseForm(query.toString());
  if (body.length === 0) return fromQuery;
  const type = headers['content-type'] ?? 'application/x-www-form-urlencoded';
  if (type.includes('application/x-www-form-urlencoded')) return { ...fromQuery, ...parseForm(body.toString('utf8')) };
  if (!type.includes('json')) throw new ApiError(415, { error: 'The provided content-type is not supported.' });
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    return typeof parsed === 'object' && parsed !== null ? { ...fromQuery, ...parsed } : fromQuery;
  } catch {
    throw parameterError('message body does not match declared format');
  }
}

function send(
  request: Request,
  response: ServerResponse,
  { status = 200, body }: Reply,
  headers: Record<string, string>,
  sendBytes: (bytes: Buffer) => void,
): void {
  if (status === 204 || status === 304) return void response.writeHead(status, headers).end();
  const bytes = Buffer.isBuffer(body)
    ? body
    : Buffer.from(typeof body === 'string' && headers['content-type'] ? body : JSON.stringify(body ?? null));
  headers['content-type'] ??= 'application/json';
  if (status === 200 || status === 201) {
    headers['etag'] ??= `W/"${createHash('md5').update(bytes).digest('hex')}"`;
    const known = request.headers['if-none-match']?.split(',').map((tag) => tag.trim());
    if (['GET', 'HEAD'].includes(request.method) && known?.includes(headers['etag'])) {
      delete headers['content-type'];
      return void response.writeHead(304, headers).end();
    }
  }
  headers['content-length'] = String(bytes.length);
  response.writeHead(status, headers);
  if (request.method === 'HEAD') response.end();
  else sendBytes(bytes);
}

async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
