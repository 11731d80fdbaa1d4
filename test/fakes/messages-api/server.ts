// The HTTP side: reads a request, checks it, plays the next turn.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Failure, MessagesRequest, Reply, Turn } from './script.js';
import { eventsOf, type StreamEvent } from './stream.js';
import { findFault } from './validate.js';

export interface MessagesApi {
  /** For `ANTHROPIC_BASE_URL`. */
  readonly url: string;
  /** Every valid request, in the order of arrival. */
  readonly requests: readonly (MessagesRequest & { at: number })[];
  /** Why requests were refused, in the order of arrival. */
  readonly rejected: readonly string[];
  /** Turns not yet played. */
  readonly remaining: number;
  close(): Promise<void>;
}

const errorTypes: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  529: 'overloaded_error',
};

/** Listens on 127.0.0.1; port 0, the default, takes a free one. */
export async function startMessagesApi(script: readonly Turn[], options: { port?: number } = {}): Promise<MessagesApi> {
  const turns = [...script];
  const requests: (MessagesRequest & { at: number })[] = [];
  const rejected: string[] = [];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (request.method !== 'POST' || path !== '/v1/messages') return refuse(response, 404, `${request.method} ${path}`);
    if (!request.headers['x-api-key'] && !request.headers.authorization) {
      return refuse(response, 401, 'x-api-key header is required');
    }
    const body = await readJson(request);
    const fault = body ? findFault(request.headers, body) : 'The request body is not valid JSON';
    if (!body || fault) return refuse(response, 400, fault ?? '');
    const received = { headers: request.headers, body, at: performance.now() };
    requests.push(received);
    const turn = await resolveTurn(turns.shift(), received);
    if (!turn) return refuse(response, 400, `The script has no turn for request ${requests.length}.`);
    if ('status' in turn) return sendFailure(response, turn);
    await stream(response, turn, body.model);
  }

  function refuse(response: ServerResponse, status: number, message: string): void {
    rejected.push(message);
    sendError(response, status, message, { 'x-should-retry': 'false' });
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => {
      if (response.destroyed) return;
      rejected.push(error.message);
      if (response.headersSent) response.destroy();
      else sendError(response, 500, `The script failed: ${error.message}`, { 'x-should-retry': 'false' });
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

async function readJson(request: IncomingMessage): Promise<MessagesRequest['body'] | undefined> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}

async function stream(response: ServerResponse, reply: Reply, model: string): Promise<void> {
  const { end, paceMs = 0 } = reply;
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  let sent = 0;
  for (const event of eventsOf(reply, model)) {
    if (response.destroyed) return;
    if (end && sent === ('cut' in end ? end.cut : end.after)) {
      if ('error' in end) send(response, { type: 'error', error: { type: end.error, message: end.error } });
      // The events before the end must have left before the socket is dropped.
      await new Promise((resolve) => response.write(': end\n\n', resolve));
      response.destroy();
      return;
    }
    send(response, event);
    sent += 1;
    if (paceMs > 0 && event.type === 'content_block_delta') await sleep(paceMs);
  }
  response.end();
}

function send(response: ServerResponse, event: StreamEvent): void {
  response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
}

function sendFailure(response: ServerResponse, { status, retryAfter }: Failure): void {
  const type = errorTypes[status] ?? 'api_error';
  sendError(response, status, type, retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) });
}

function sendError(response: ServerResponse, status: number, message: string, headers: Record<string, string>): void {
  const body = { type: 'error', error: { type: errorTypes[status] ?? 'api_error', message }, request_id: null };
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
