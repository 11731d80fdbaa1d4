// The authorization server of the fake: registration, PKCE, tokens that rotate, scopes. It agrees to every login, unless a
// fault is set.
import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';

export interface Faults {
  /** What a login ends with instead of a code. */
  refuse?: string;
  /** Where the metadata say that tokens are, instead of here. */
  tokenEndpoint?: string;
  /** Where they say that users log in. */
  authorizationEndpoint?: string;
  /** A login is answered with another state. */
  wrongState?: boolean;
}

interface Grant {
  clientId: string;
  challenge: string;
  redirectUri: string;
  resource: string;
  scope: string;
}

export class FakeOAuth {
  readonly faults: Faults = {};
  /** `METHOD /path`, in the order in which they came. */
  readonly requests: string[] = [];
  /** The URLs of the logins that were begun. */
  readonly logins: URL[] = [];
  readonly #clients = new Map<string, string[]>();
  readonly #codes = new Map<string, Grant>();
  readonly #refresh = new Map<string, Grant>();
  readonly #access = new Map<string, Grant>();

  /** All access tokens expire; refresh tokens as well when `forGood`. */
  expire(forGood = false): void {
    this.#access.clear();
    if (forGood) this.#refresh.clear();
  }

  /** The scope that a request's token has, undefined for none that is valid here. */
  scopeOf({ headers }: IncomingMessage, resource: string): string | undefined {
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    const grant = token === undefined ? undefined : this.#access.get(token);
    return grant?.resource === resource ? grant.scope : undefined;
  }

  /** Whether the request was one for here. */
  async answer(request: IncomingMessage, response: ServerResponse, origin: string): Promise<boolean> {
    const url = new URL(request.url ?? '/', origin);
    const handlers: Record<string, () => Promise<void> | void> = {
      '/.well-known/oauth-authorization-server': () => send(response, 200, this.#metadata(origin)),
      '/register': async () => this.#register(response, JSON.parse(await bodyOf(request))),
      '/authorize': () => this.#authorize(response, url),
      '/token': async () => this.#token(response, new URLSearchParams(await bodyOf(request))),
    };
    const handler = handlers[url.pathname];
    if (!handler) return false;
    this.requests.push(`${request.method} ${url.pathname}`);
    await handler();
    return true;
  }

  #metadata(origin: string) {
    return {
      issuer: origin,
      authorization_endpoint: this.faults.authorizationEndpoint ?? `${origin}/authorize`,
      token_endpoint: this.faults.tokenEndpoint ?? `${origin}/token`,
      registration_endpoint: `${origin}/register`,
      response_types_supported: ['code'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_methods_supported: ['none'],
      code_challenge_methods_supported: ['S256'],
    };
  }

  #register(response: ServerResponse, body: unknown): void {
    const schema = z.looseObject({
      redirect_uris: z.array(z.url()).min(1),
      token_endpoint_auth_method: z.literal('none'),
    });
    const metadata = schema.parse(body);
    const client_id = `client-${this.#clients.size + 1}`;
    this.#clients.set(client_id, metadata.redirect_uris);
    send(response, 201, { ...metadata, client_id });
  }

  #authorize(response: ServerResponse, url: URL): void {
    this.logins.push(url);
    const asked = z
      .object({
        response_type: z.literal('code'),
        client_id: z.string(),
        redirect_uri: z.string(),
        code_challenge: z.string().min(43),
        code_challenge_method: z.literal('S256'),
        state: z.string().min(20),
        resource: z.url(),
        scope: z.string().default(''),
      })
      .parse(Object.fromEntries(url.searchParams));
    if (!this.#clients.get(asked.client_id)?.includes(asked.redirect_uri)) {
      send(response, 400, { error: 'invalid_request' });
      return;
    }
    const back = new URL(asked.redirect_uri);
    back.searchParams.set('state', this.faults.wrongState ? 'x'.repeat(43) : asked.state);
    if (this.faults.refuse === undefined) {
      const { client_id: clientId, code_challenge: challenge, redirect_uri: redirectUri, resource, scope } = asked;
      const code = randomUUID();
      this.#codes.set(code, { clientId, challenge, redirectUri, resource, scope });
      back.searchParams.set('code', code);
    } else {
      back.searchParams.set('error', this.faults.refuse);
    }
    response.writeHead(302, { location: back.href }).end();
  }

  #token(response: ServerResponse, body: URLSearchParams): void {
    const store = body.get('grant_type') === 'refresh_token' ? this.#refresh : this.#codes;
    const key = body.get('refresh_token') ?? body.get('code') ?? '';
    const grant = store.get(key);
    store.delete(key);
    const verifier = createHash('sha256')
      .update(body.get('code_verifier') ?? '')
      .digest('base64url');
    const isProven =
      store === this.#refresh || (grant?.challenge === verifier && grant.redirectUri === body.get('redirect_uri'));
    const isTheirs = grant?.clientId === body.get('client_id') && grant?.resource === body.get('resource');
    if (!grant || !isProven || !isTheirs) {
      send(response, 400, { error: 'invalid_grant' });
      return;
    }
    const [access_token, refresh_token] = [randomUUID(), randomUUID()];
    this.#access.set(access_token, grant);
    this.#refresh.set(refresh_token, grant);
    send(response, 200, { access_token, refresh_token, token_type: 'Bearer', expires_in: 3600, scope: grant.scope });
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
