// What stands for the token in requests, whatever kind of token it is.
import type { Credentials } from '../settings.js';
import type { OAuthTokens } from './oauth-tokens.js';

export interface Authorizer {
  readonly kind: Credentials['kind'];
  header(refresh: Refresh): Promise<Record<string, string>>;
  /** After a 401: true where another token is there now, so that asking again makes sense. */
  renew(refresh: Refresh): Promise<boolean>;
}

/** Trades a refresh token for new tokens: a request like any other, so the caller sends and audits it. */
export type Refresh = (tokens: OAuthTokens) => Promise<string>;
