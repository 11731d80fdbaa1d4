// Logging in without a person: the client's own credentials, for runs in CI.

import type { OAuthClientProvider } from '@modelcontextprotocol/sdk/client/auth.js';
import { ClientCredentialsProvider, PrivateKeyJwtProvider } from '@modelcontextprotocol/sdk/client/auth-extensions.js';
import { AgentError } from '../../../errors.js';
import type { OAuthSettings } from '../entry.js';

/** Throws `server-refused` for settings that do not go together. */
export function machineProvider(name: string, settings: OAuthSettings): OAuthClientProvider {
  const { clientId, clientSecret, privateKey, algorithm, scope, issuer } = settings;
  const common = { clientName: 'Cofferdam', ...(scope && { scope }), ...(issuer && { expectedIssuer: issuer }) };
  if (clientId !== undefined && privateKey !== undefined) {
    return new PrivateKeyJwtProvider({ clientId, privateKey, algorithm, ...common });
  }
  if (clientId !== undefined && clientSecret !== undefined) {
    return new ClientCredentialsProvider({ clientId, clientSecret, ...common });
  }
  throw new AgentError(
    'server-refused',
    `The MCP server ${name} is to be used with client credentials, and they are not complete.`,
    'Set clientId, and clientSecret or privateKey, under "oauth".',
  );
}
