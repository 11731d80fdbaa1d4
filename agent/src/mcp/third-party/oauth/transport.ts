// Streamable HTTP that lets the user log in when the server asks for it: at the start, or later for a further scope.
import { setTimeout as delay } from 'node:timers/promises';
import { type OAuthClientProvider, UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { FetchLike } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { LoginProvider } from './provider.js';

/** Milliseconds that a server has to take note of the end. */
const farewell = 1_000;

export class LoginTransport extends StreamableHTTPClientTransport {
  readonly #provider: OAuthClientProvider;
  #login: Promise<void> | undefined;

  constructor(url: URL, authProvider: OAuthClientProvider, fetch: FetchLike) {
    super(url, { fetch, authProvider });
    this.#provider = authProvider;
  }

  override async send(
    message: JSONRPCMessage | JSONRPCMessage[],
    options?: Parameters<StreamableHTTPClientTransport['send']>[1],
  ): Promise<void> {
    try {
      await super.send(message, options);
    } catch (error) {
      const provider = this.#provider;
      const code = provider instanceof LoginProvider ? provider.code : undefined;
      if (!(error instanceof UnauthorizedError) || !code) throw error;
      // One login serves all calls that wait for it.
      this.#login ??= this.#exchange(code);
      await this.#login;
      await super.send(message, options);
    }
  }

  override async close(): Promise<void> {
    this.#finish();
    // A courtesy: the server may forget the session at once. Whether it does is no concern of ours.
    await Promise.race([this.terminateSession().catch(() => {}), delay(farewell, undefined, { ref: false })]);
    await super.close();
  }

  async #exchange(code: Promise<string>): Promise<void> {
    try {
      await this.finishAuth(await code);
    } finally {
      this.#finish();
      this.#login = undefined;
    }
  }

  #finish(): void {
    if (this.#provider instanceof LoginProvider) this.#provider.finish();
  }
}
