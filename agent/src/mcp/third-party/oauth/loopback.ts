// Where the browser comes back to after a login: a port of this machine, open for as long as the login takes.
import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { AgentError } from '../../../errors.js';
import { plain } from '../words.js';

const path = '/callback';
const address = '127.0.0.1';

export class Loopback {
  readonly url: string;
  readonly #server: Server;
  readonly #host: string;
  #state: string | undefined;
  #resolve: (code: string) => void = () => {};
  #reject: (error: Error) => void = () => {};

  /** On `port` where it is free, because some servers insist on the address that they first saw; else on any. */
  static async open(port = 0): Promise<Loopback> {
    const server = createServer();
    const listen = async (wanted: number) => {
      server.listen(wanted, address);
      await once(server, 'listening');
    };
    await listen(port).catch((error: NodeJS.ErrnoException) => {
      if (port === 0 || error.code !== 'EADDRINUSE') throw error;
      return listen(0);
    });
    return new Loopback(server);
  }

  private constructor(server: Server) {
    this.#server = server;
    this.#host = `${address}:${(server.address() as AddressInfo).port}`;
    this.url = `http://${this.#host}${path}`;
    server.on('request', (request, response) => this.#answer(request, response));
  }

  /**
   * The code that the browser brings with `state`; whatever comes without it is turned away and changes nothing.
   * Throws `login-failed` when the login was refused or took longer than `limit` milliseconds.
   */
  async code(state: string, limit: number, signal: AbortSignal): Promise<string> {
    this.#state = state;
    const stop = new AbortController();
    const ended = AbortSignal.any([signal, stop.signal]);
    const brought = new Promise<string>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    try {
      return await Promise.race([brought, delay(limit, undefined, { signal: ended }).then(tooLate)]);
    } finally {
      this.#state = undefined;
      stop.abort();
    }
  }

  /** A login that is still waited for fails. */
  close(): void {
    this.#reject(failed('The login was given up.'));
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const address = `http://${this.#host}${request.url}`;
    const { pathname, searchParams } = new URL(URL.canParse(address) ? address : 'http://invalid/');
    const isOurs = request.method === 'GET' && pathname === path && request.headers.host === this.#host;
    if (!isOurs || !this.#isExpected(searchParams.get('state'))) {
      say(response, 400, 'This is no answer to a login.');
      return;
    }
    const code = searchParams.get('code');
    if (code) {
      say(response, 200, 'You are logged in. You can close this window.');
      this.#resolve(code);
    } else {
      say(response, 200, 'The login failed. You can close this window.');
      const why = searchParams.get('error_description') ?? searchParams.get('error') ?? 'without a reason';
      this.#reject(failed(`The login was refused: ${JSON.stringify(plain(why, 200))}.`));
    }
  }

  #isExpected(state: string | null): boolean {
    const [given, expected] = [Buffer.from(state ?? ''), Buffer.from(this.#state ?? '')];
    return expected.length > 0 && given.length === expected.length && timingSafeEqual(given, expected);
  }
}

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'",
    'cache-control': 'no-store',
    connection: 'close',
  });
  response.end(`<!doctype html><meta charset="utf-8"><title>Cofferdam</title><p>${text}</p>`);
}

function tooLate(): never {
  throw failed('Nobody logged in in time.');
}

function failed(message: string): AgentError {
  return new AgentError('login-failed', message, 'Try again, or do without the server.');
}
