// The HTTP side: reads a request, checks it, plays the next turn.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ApiError, anthropic, type FaceOfApi, faceOf, sendJson } from './faces/index.js';
import { playReply } from './play-reply.js';
import { PromptCache } from './prompt-cache.js';
import type { Failure, MessagesRequest, Reply, Turn } from './script.js';
import { eventsOf, sentBlocks } from './stream.js';
import { ThinkingMemory } from './thinking-memory.js';
import { findFault } from './validate/index.js';

export interface ReceivedRequest extends MessagesRequest {
  /** When its first byte arrived, by `performance.now()`. */
  readonly at: number;
  /** When the last byte of the answer left; undefined while it has not. */
  answeredAt?: number;
  /** Of the API, as the client named it. */
  readonly version: string;
}

export interface MessagesApi {
  /** For `ANTHROPIC_BASE_URL` and `ANTHROPIC_BEDROCK_BASE_URL`; `/v1` behind it for `ANTHROPIC_VERTEX_BASE_URL`. */
  readonly url: string;
  /** Every valid request, in the order of arrival. */
  readonly requests: readonly ReceivedRequest[];
  /** Why requests were refused, in the order of arrival. */
  readonly rejected: readonly string[];
  /** Turns not yet played. */
  readonly remaining: number;
  close(): Promise<void>;
}

export interface MessagesApiOptions {
  /** Default: a free one. */
  port?: number;
  /** Takes thinking back only while all that stands before it is as it was, as newer models do. */
  preservedThinking?: boolean;
  /** How many of the latest requests are kept. Default: all. */
  keep?: number;
}

const errorTypes: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'timeout_error',
  409: 'conflict_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

const largestBody = 32 * 1024 * 1024;
const neverAgain = { 'x-should-retry': 'false' };

/** Listens on 127.0.0.1. */
export async function startMessagesApi(
  script: readonly Turn[],
  options: MessagesApiOptions = {},
): Promise<MessagesApi> {
  const turns = [...script];
  const requests: ReceivedRequest[] = [];
  const rejected: string[] = [];
  const cache = new PromptCache();
  const thinking = new ThinkingMemory(options.preservedThinking ?? false);
  let paused = false;
  let received = 0;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = performance.now();
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/token') return sendJson(response, 200, {}, googleToken);
    const { face, model } = faceOf(pathname) ?? {};
    if (request.method !== 'POST' || !face) return refuse(response, anthropic, 404, `${request.method} ${pathname}`);
    const unauthorised = face.unauthorised(request.headers);
    if (unauthorised) return refuse(response, face, face.name === 'bedrock' ? 403 : 401, unauthorised);
    const bytes = await readBody(request);
    if (!bytes) return refuse(response, face, 413, 'Request exceeds the maximum size');
    const parsed = parse(bytes);
    if (!parsed) return refuse(response, face, 400, 'The request body is not valid JSON');
    if (face === anthropic && !/^\d{4}-\d{2}-\d{2}$/.test(String(request.headers['anthropic-version']))) {
      return refuse(response, face, 400, 'anthropic-version: header is required');
    }
    const read = face.read(parsed, model ?? '');
    const body = read.body as unknown as MessagesRequest['body'];
    const fault = read.fault ?? findFault(body, { thinking, paused });
    if (fault) return refuse(response, face, 400, fault);

    const version = String(parsed['anthropic_version'] ?? request.headers['anthropic-version']);
    const valid: ReceivedRequest = { face: face.name, headers: request.headers, body, at, version };
    response.once('finish', () => {
      valid.answeredAt = performance.now();
    });
    requests.push(valid);
    received += 1;
    if (requests.length > (options.keep ?? Number.POSITIVE_INFINITY)) requests.shift();
    const turn = await resolveTurn(turns.shift(), valid);
    if (!turn) return refuse(response, face, 400, `The script has no turn for request ${received}.`);
    if ('status' in turn) return fail(response, face, turn);
    const content = sentBlocks(turn.content);
    thinking.remember(body, content);
    paused ||= turn.stopReason === 'pause_turn';
    await playReply(response, face, turn, eventsOf(turn, content, body.model, cache.count(body)));
  }

  function refuse(response: ServerResponse, face: FaceOfApi, status: number, message: string): void {
    rejected.push(message);
    face.sendError(response, errorOf(status, message), neverAgain);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => {
      if (response.destroyed) return;
      rejected.push(error.message);
      if (response.headersSent) response.destroy();
      else anthropic.sendError(response, errorOf(500, `The script failed: ${error.message}`), neverAgain);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    rejected,
    get remaining() {
      return turns.length;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function resolveTurn(turn: Turn | undefined, request: MessagesRequest): Promise<Reply | Failure | undefined> {
  return typeof turn === 'function' ? resolveTurn(await turn(request), request) : turn;
}

/** Undefined when it is too large. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // The rest is read all the same: a client that still writes would not see the answer.
    if (size <= largestBody) chunks.push(chunk);
  }
  return size <= largestBody ? Buffer.concat(chunks) : undefined;
}

function parse(bytes: Buffer): Record<string, unknown> | undefined {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

function fail(
  response: ServerResponse,
  face: FaceOfApi,
  { status, retryAfter, headers, type, message }: Failure,
): void {
  const error = { ...errorOf(status, message ?? ''), ...(type !== undefined && { type }) };
  face.sendError(
    response,
    { ...error, message: error.message || error.type },
    {
      ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
      ...headers,
    },
  );
}

function errorOf(status: number, message: string): ApiError {
  return { status, type: errorTypes[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error'), message };
}

/** What Google's token exchange answers to credentials whose `token_url` points here. */
const googleToken = {
  access_token: 'played-from-a-script',
  issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  token_type: 'Bearer',
  expires_in: 3600,
};
