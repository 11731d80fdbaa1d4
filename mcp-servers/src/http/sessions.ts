// The sessions: each a server of its own, found by the id that its client got, ended by the client or by silence.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { HttpOptions } from './options.js';
import { RecentEvents } from './recent-events.js';
import { refuse } from './refuse.js';

interface Session {
  readonly owner: number;
  readonly transport: StreamableHTTPServerTransport;
  /** Requests being answered, streams included. */
  open: number;
  /** The time when the last of them ended. */
  usedAt: number;
  idle?: NodeJS.Timeout;
}

/** Few clients say good-bye. One that was silent for so long gives way when there is no room for another. */
const FORGOTTEN_MS = 60_000;

type Settings = Required<Pick<HttpOptions, 'createServer' | 'maxSessions' | 'idleMs' | 'onError'>>;

export class Sessions {
  readonly #settings: Settings;
  readonly #byId = new Map<string, Session>();

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Answers a request of `owner`, whose sessions are no one else's. */
  async answer(request: IncomingMessage, response: ServerResponse, owner: number): Promise<void> {
    const id = request.headers['mcp-session-id'];
    if (id === undefined) return this.#begin(request, response, owner);
    const session = this.#byId.get(String(id));
    if (session?.owner !== owner) {
      const message = 'There is no such session, or no more. Begin one with an initialize request.';
      return refuse(response, { status: 404, code: -32_001, message });
    }
    this.#hold(session, response);
    await session.transport.handleRequest(request, response);
  }

  /** Aborts the calls that run. */
  async close(): Promise<void> {
    await Promise.all([...this.#byId.values()].map(({ transport }) => transport.close()));
  }

  async #begin(request: IncomingMessage, response: ServerResponse, owner: number): Promise<void> {
    const { createServer, maxSessions, onError } = this.#settings;
    if (request.method !== 'POST') {
      return refuse(response, { status: 400, message: 'The header Mcp-Session-Id is missing.' });
    }
    if (this.#byId.size >= maxSessions) await this.#mostForgotten()?.transport.close();
    if (this.#byId.size >= maxSessions) {
      const message = `All ${maxSessions} sessions are in use. End one with a DELETE request, or try again later.`;
      return refuse(response, { status: 503, message, headers: { 'retry-after': '60' } });
    }
    const id = randomUUID();
    const server = createServer({ id });
    server.onerror ??= onError;
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => id,
      eventStore: new RecentEvents(),
      retryInterval: 1_000,
    });
    const session: Session = { owner, transport, open: 0, usedAt: Date.now() };
    transport.onclose = () => {
      clearTimeout(session.idle);
      this.#byId.delete(id);
    };
    this.#byId.set(id, session);
    this.#hold(session, response);
    await server.connect(transport as Transport);
    await transport.handleRequest(request, response);
  }

  #mostForgotten(): Session | undefined {
    const silent = (session: Session) => session.open === 0 && Date.now() - session.usedAt >= FORGOTTEN_MS;
    return [...this.#byId.values()].filter(silent).sort((a, b) => a.usedAt - b.usedAt)[0];
  }

  /** While it answers, a session is not idle. What began no session by its end (it was not `initialize`) is forgotten. */
  #hold(session: Session, response: ServerResponse): void {
    const { idleMs, onError } = this.#settings;
    const close = () => void session.transport.close().catch(onError);
    clearTimeout(session.idle);
    session.open += 1;
    response.once('close', () => {
      session.open -= 1;
      session.usedAt = Date.now();
      if (session.open > 0) return;
      if (session.transport.sessionId === undefined) close();
      else session.idle = setTimeout(close, idleMs).unref();
    });
  }
}
