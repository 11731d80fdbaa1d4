// Requests with a token, and what a server's refusal leads to: a refresh, or a login.
import { auth, extractWWWAuthenticateParams, type OAuthClientProvider } from '@modelcontextprotocol/sdk/client/auth.js';
import type { FetchLike } from '@modelcontextprotocol/sdk/shared/transport.js';
import { LoginProvider } from './provider.js';

/** Of one request: refused for lack of a token, then for lack of a scope, and once more while another one logs in. */
const maxTries = 4;

interface Challenge {
  resourceMetadataUrl?: URL;
  scope?: string;
  needsScope: boolean;
}

/**
 * `fetch` for the endpoint at `url`. The SDK's own transport lets every request that is refused log in for itself: of
 * those that are refused together, one spends the refresh token and the others drop what it got; and it refreshes where
 * a scope is missing, which gives the same token again. So here one login serves all. Rejects with AgentError
 * `login-needed` or `login-failed`.
 */
export function authorizedFetch(url: URL, provider: OAuthClientProvider, fetch: FetchLike): FetchLike {
  let underway: Promise<void> | undefined;

  async function logIn({ needsScope, ...challenge }: Challenge): Promise<void> {
    const login = provider instanceof LoginProvider ? provider : undefined;
    if (needsScope) login?.needsScope();
    const options = { serverUrl: url, fetchFn: fetch, ...challenge };
    try {
      const result = await auth(provider, options);
      if (result === 'REDIRECT' && login) await auth(provider, { ...options, authorizationCode: await login.code() });
    } finally {
      login?.finish();
    }
  }

  async function token(): Promise<string | undefined> {
    await underway?.catch(() => {}); // whoever began it is told
    return (await provider.tokens())?.access_token;
  }

  return async (address, init) => {
    for (let tries = 1; ; tries++) {
      const used = await token();
      const headers = new Headers(init?.headers);
      if (used !== undefined) headers.set('authorization', `Bearer ${used}`);
      const response = await fetch(address, { ...init, headers });
      const challenge = challengeOf(response);
      // Saying goodbye is not worth a login.
      if (!challenge || tries === maxTries || init?.method === 'DELETE') return response;
      await response.body?.cancel();
      if (used !== (await token())) continue; // another request got a new one meanwhile
      underway ??= logIn(challenge).finally(() => {
        underway = undefined;
      });
      await underway;
    }
  };
}

function challengeOf(response: Response): Challenge | undefined {
  if (response.status !== 401 && response.status !== 403) return undefined;
  const { error, ...challenge } = extractWWWAuthenticateParams(response);
  const needsScope = response.status === 403;
  return needsScope && error !== 'insufficient_scope' ? undefined : { ...challenge, needsScope };
}
