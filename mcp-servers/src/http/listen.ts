// The HTTP server: what every request must pass, in order, before a session sees it.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { addressCheck, inUrl, isLoopback } from './address.js';
import { pagesOf } from './cors.js';
import { ENDPOINT, resourceMetadata } from './metadata.js';
import type { HttpOptions, HttpServing } from './options.js';
import { refuse } from './refuse.js';
import { Sessions } from './sessions.js';
import { tokenCheck } from './tokens.js';

/** Against clients that send slowly to hold connections (Slowloris): until the headers, the whole request, are there. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 30_000;
const MAX_CONNECTIONS = 512;

/** See `serveHttp`. */
export async function listen(options: HttpOptions): Promise<HttpServing> {
  const { host = '127.0.0.1', port, token, maxSessions = 32, idleMs = 30 * 60_000, onError, onWarning } = options;
  const misaddressed = addressCheck({ ...options, host });
  const ownerOf = tokenCheck([token].flat());
  const metadata = resourceMetadata(options);
  const pages = pagesOf(options.allowedOrigins ?? []);
  const sessions = new Sessions({ createServer: options.createServer, maxSessions, idleMs, onError });

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { method, headers, url = '' } = request;
    const misaddress = misaddressed(request);
    if (misaddress) return refuse(response, misaddress);
    if (pages.answer(request, response)) return;

    const address = headers.host ?? '';
    const [path = ''] = url.split('?', 1);
    if (metadata.paths.has(path) && method === 'GET') return sendJson(response, metadata.document(address));
    if (path !== ENDPOINT) return refuse(response, { status: 404, message: `The endpoint is ${ENDPOINT}.` });

    const owner = ownerOf(headers.authorization);
    if (owner === undefined) {
      const challenge = metadata.challenge(address, headers.authorization !== undefined);
      const message = 'A bearer token of this server is needed.';
      return refuse(response, { status: 401, message, headers: { 'www-authenticate': challenge } });
    }
    if (!['POST', 'GET', 'DELETE'].includes(method ?? '')) {
      return refuse(response, {
        status: 405,
        message: 'Use POST, GET or DELETE.',
        headers: { allow: 'POST, GET, DELETE' },
      });
    }
    await sessions.answer(request, response, owner);
  };

  const http = createServer(
    { headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS, connectionsCheckingInterval: 5_000 },
    (request, response) => {
      answer(request, response).catch((error: Error) => {
        onError(error);
        if (response.headersSent) response.destroy();
        else refuse(response, { status: 500, code: -32_603, message: 'The server failed.' });
      });
    },
  );
  http.maxConnections = MAX_CONNECTIONS;
  http.listen(port, host);
  await once(http, 'listening');
  if (!isLoopback(host) && !options.publicUrl?.startsWith('https:')) {
    onWarning?.(
      `It listens on ${host} without TLS: put a proxy with TLS in front, or the token can be read on its way.`,
    );
  }
  return {
    url: `http://${inUrl(host)}:${(http.address() as AddressInfo).port}${ENDPOINT}`,
    async close() {
      const closed = once(http, 'close');
      http.close();
      await sessions.close();
      http.closeAllConnections();
      await closed;
    },
  };
}

function sendJson(response: ServerResponse, document: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document));
}
