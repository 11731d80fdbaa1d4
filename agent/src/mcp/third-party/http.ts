// A third-party server that is reached over Streamable HTTP.
import { setTimeout as delay } from 'node:timers/promises';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { FetchLike, Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { ServerConnection } from '../connection.js';
import { checkLed, serverUrl } from './addresses.js';
import type { HttpEntry } from './entry.js';
import { authorizedFetch } from './oauth/authorized-fetch.js';
import { machineProvider } from './oauth/machine.js';
import { LoginProvider, loginLimit } from './oauth/provider.js';
import { TokenStore } from './oauth/token-store.js';

export interface HttpServer {
  name: string;
  /** With every variable filled in. */
  entry: HttpEntry;
  home: string;
  /** The folder that logins belong to. */
  project: string;
  openUrl?: ((url: string) => void | Promise<void>) | undefined;
  signal: AbortSignal;
}

const startLimit = 60_000;

/** Nothing is sent yet. Throws `server-refused` for a URL or settings that cannot be used. */
export function httpConnection(server: HttpServer): Pick<ServerConnection, 'transport' | 'startLimit'> {
  const { name, entry, home, project, openUrl, signal } = server;
  const url = serverUrl(entry.url);
  const fetch = guardedFetch(url, entry.headers);
  const closing = new AbortController();
  const over = (authorized: FetchLike) => new PoliteTransport(url, authorized, closing) as Transport;
  // Who brings a key of their own has nothing to log in to.
  if (new Headers(entry.headers).has('authorization')) return { transport: over(fetch) };
  const settings = entry.oauth;
  if (settings?.grant === 'client_credentials') {
    return { transport: over(authorizedFetch(url, machineProvider(name, settings), fetch)) };
  }
  const store = new TokenStore(home, project, url);
  const ends = AbortSignal.any([signal, closing.signal]);
  const provider = new LoginProvider({ name, url, store, settings, openUrl, signal: ends });
  const transport = over(authorizedFetch(url, provider, fetch));
  return { transport, startLimit: openUrl ? startLimit + loginLimit : startLimit };
}

/** Milliseconds that a server has to take note of the end. */
const farewell = 1_000;

class PoliteTransport extends StreamableHTTPClientTransport {
  readonly #closing: AbortController;

  constructor(url: URL, fetch: FetchLike, closing: AbortController) {
    super(url, { fetch });
    this.#closing = closing;
  }

  /** The server may forget the session at once. Whether it does is no concern of ours. */
  override async close(): Promise<void> {
    this.#closing.abort();
    await Promise.race([this.terminateSession().catch(() => {}), delay(farewell, undefined, { ref: false })]);
    await super.close();
  }
}

/**
 * All requests for one server go through here, its logins included. Redirects are not followed (the SDK follows those
 * that stay on the server), no address on a network of ours is led to, and the user's headers go to the server alone:
 * the SDK would send them to whichever authorization server it names.
 */
function guardedFetch(server: URL, headers: Readonly<Record<string, string>>, send: FetchLike = fetch): FetchLike {
  return async (address, init = {}) => {
    const target = new URL(address);
    checkLed(server, target);
    const all = new Headers(init.headers);
    if (target.origin === server.origin && target.pathname === server.pathname) {
      for (const [name, value] of Object.entries(headers)) all.set(name, value);
    }
    return send(target, { ...init, headers: all, redirect: 'manual' });
  };
}
