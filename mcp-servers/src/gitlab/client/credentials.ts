// The token as a header; the one place that knows it.
import type { Credentials } from '../settings.js';
import type { Authorizer } from './authorizer.js';
import { OAuthFile } from './oauth.js';
import type { Redactor } from './redact.js';

export function authorizer(credentials: Credentials, redactor: Redactor): Authorizer {
  if (credentials.kind === 'oauth') return new OAuthFile(credentials.file, redactor);
  const { kind, token } = credentials;
  redactor.add(token);
  // GitLab takes personal, project and group tokens as bearer tokens too, whatever their prefix.
  const header: Record<string, string> = kind === 'job' ? { 'job-token': token } : { authorization: `Bearer ${token}` };
  return { kind, header: async () => header, renew: async () => false };
}
