// The SDK's OAuth flow on our side: which client we are, where tokens are kept, and how the user logs in.
import { randomBytes } from 'node:crypto';
import type { OAuthClientProvider, OAuthDiscoveryState } from '@modelcontextprotocol/sdk/client/auth.js';
import type {
  OAuthClientInformationMixed,
  OAuthClientMetadata,
  OAuthTokens,
} from '@modelcontextprotocol/sdk/shared/auth.js';
import { AgentError } from '../../../errors.js';
import { checkLed } from '../addresses.js';
import type { OAuthSettings } from '../entry.js';
import { Loopback } from './loopback.js';
import type { TokenStore } from './token-store.js';

export interface LoginOptions {
  /** The server's name. */
  name: string;
  url: URL;
  store: TokenStore;
  settings?: OAuthSettings | undefined;
  /** Shows the page where the user logs in; without it nobody can, and what needs a login fails with `login-needed`. */
  openUrl?: ((url: string) => void | Promise<void>) | undefined;
  /** Ends the wait for the user. */
  signal: AbortSignal;
}

/** Milliseconds that a user has to log in. */
export const loginLimit = 5 * 60_000;

/** Stands in for an address where there is none yet and none will be used. */
const noRedirect = 'http://127.0.0.1/callback';

export class LoginProvider implements OAuthClientProvider {
  /** Where the client's own description is published: then it need not be registered. */
  readonly clientMetadataUrl?: string;
  readonly #options: LoginOptions;
  #loopback: Loopback | undefined;
  #discovered: OAuthDiscoveryState | undefined;
  #verifier: string | undefined;
  #code: Promise<string> | undefined;
  #needsScope = false;

  constructor(options: LoginOptions) {
    this.#options = options;
    const id = options.settings?.clientId;
    if (id?.startsWith('https://')) this.clientMetadataUrl = id;
  }

  /** The code of the login that was begun. Throws `login-failed`. */
  code(): Promise<string> {
    return this.#code ?? Promise.reject(new Error('No login was begun.'));
  }

  /** The server wants more than the tokens allow: the SDK would refresh them, which gives the same again. */
  needsScope(): void {
    this.#needsScope = true;
  }

  /** Closes what a login had open, however it ended. */
  finish(): void {
    this.#loopback?.close();
    this.#loopback = undefined;
    this.#verifier = undefined;
    this.#code = undefined;
    this.#discovered = undefined;
    this.#needsScope = false;
  }

  get redirectUrl(): string {
    return this.#loopback?.url ?? this.#options.store.client()?.redirect_uris?.[0] ?? noRedirect;
  }

  get clientMetadata(): OAuthClientMetadata {
    const scope = this.#options.settings?.scope;
    return {
      client_name: 'Cofferdam',
      redirect_uris: [this.redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: this.#authMethod(),
      ...(scope !== undefined && { scope }),
    };
  }

  state(): string {
    return randomBytes(32).toString('base64url');
  }

  async clientInformation(): Promise<OAuthClientInformationMixed | undefined> {
    const { store, settings, openUrl } = this.#options;
    const kept = store.client();
    if (openUrl) this.#loopback ??= await Loopback.open(portOf(kept?.redirect_uris?.[0]));
    const { clientId, clientSecret, issuer } = settings ?? {};
    if (clientId !== undefined && this.clientMetadataUrl === undefined) {
      const secret = clientSecret === undefined ? {} : { client_secret: clientSecret };
      return { client_id: clientId, ...secret, ...(issuer !== undefined && { issuer }) };
    }
    // A client that was registered with another address would not be let back to this one.
    const isUsable = kept && (!kept.redirect_uris || kept.redirect_uris.includes(this.redirectUrl));
    if (isUsable) return kept as OAuthClientInformationMixed;
    if (!openUrl) throw this.#loginNeeded();
    return undefined;
  }

  saveClientInformation(client: OAuthClientInformationMixed): void {
    if (this.#options.settings?.clientId === undefined || this.clientMetadataUrl !== undefined) {
      this.#options.store.setClient(client);
    }
  }

  tokens(): OAuthTokens | undefined {
    const tokens = this.#options.store.tokens();
    if (!this.#needsScope || !tokens) return tokens;
    const { refresh_token: _, ...access } = tokens;
    return access;
  }

  saveTokens(tokens: OAuthTokens): void {
    this.#options.store.setTokens(tokens);
  }

  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier;
  }

  codeVerifier(): string {
    if (this.#verifier === undefined) throw new Error('No login was begun.');
    return this.#verifier;
  }

  /** The address comes from the authorization server, and what opens it may be more than a browser. */
  async redirectToAuthorization(url: URL): Promise<void> {
    const { openUrl, signal, url: server } = this.#options;
    if (!openUrl || !this.#loopback) throw this.#loginNeeded();
    checkLed(server, url);
    this.#code = this.#loopback.code(url.searchParams.get('state') ?? '', loginLimit, signal);
    this.#code.catch(() => {}); // whoever waits for it is told
    await openUrl(url.href);
  }

  invalidateCredentials(scope: 'all' | 'client' | 'tokens' | 'verifier' | 'discovery'): void {
    const { store } = this.#options;
    if (scope === 'all' || scope === 'client') store.setClient(undefined);
    if (scope === 'all' || scope === 'tokens') store.setTokens(undefined);
    if (scope === 'all' || scope === 'discovery') this.#discovered = undefined;
  }

  saveDiscoveryState(state: OAuthDiscoveryState): void {
    this.#discovered = state;
  }

  discoveryState(): OAuthDiscoveryState | undefined {
    return this.#discovered;
  }

  /** A program on a user's machine keeps no secret, so none is asked for unless the server takes no client without. */
  #authMethod(): string {
    const methods = this.#discovered?.authorizationServerMetadata?.token_endpoint_auth_methods_supported;
    if (!methods || methods.includes('none')) return 'none';
    return methods.includes('client_secret_basic') ? 'client_secret_basic' : 'client_secret_post';
  }

  #loginNeeded(): AgentError {
    const { name } = this.#options;
    return new AgentError(
      'login-needed',
      `The MCP server ${name} needs you to log in.`,
      `Run "cofferdam mcp login ${name}".`,
    );
  }
}

function portOf(redirect: string | undefined): number {
  return redirect === undefined ? 0 : Number(new URL(redirect).port);
}
