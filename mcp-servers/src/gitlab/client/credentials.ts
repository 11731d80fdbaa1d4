// The token as a header; the one place that knows it.

import type { Credentials } from '../settings.js';
import { OAuthFile, type OAuthTokens } from './oauth.js';
import type { Redactor } from './redact.js';

export interface Authorizer {
  readonly kind: Credentials['kind'];
  header(refresh: Refresh): Promise<Record<string, string>>;
  /** After a 401: true where another token is there now, so that asking again makes sense. */
  renew(refresh: Refresh): Promise<boolean>;
}

/** Trades a refresh token for new tokens: a request like any other, so the caller sends and audits it. */
export type Refresh = (tokens: OAuthTokens) => Promise<string>;

export function authorizer(credentials: Credentials, redactor: Redactor): Authorizer {
  if (credentials.kind === 'oauth') return new OAuthFile(credentials.file, redactor);
  const { kind, token } = credentials;
  redactor.add(token);
  // GitLab takes personal, project and group tokens as bearer tokens too, whatever their prefix.
  const header: Record<string, string> = kind === 'job' ? { 'job-token': token } : { authorization: `Bearer ${token}` };
  return { kind, header: async () => header, renew: async () => false };
}
