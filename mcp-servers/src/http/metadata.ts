// How a client without a token learns what this resource is and who gives tokens for it (RFC 9728).
import type { HttpOptions } from './options.js';

export const ENDPOINT = '/mcp';
const WELL_KNOWN = '/.well-known/oauth-protected-resource';

export interface Metadata {
  readonly paths: ReadonlySet<string>;
  /** The document, for a client that reached us as `host`. */
  document(host: string): object;
  /** The `WWW-Authenticate` header of a refusal. */
  challenge(host: string, tokenWasBorne: boolean): string;
}

type Described = Pick<HttpOptions, 'publicUrl' | 'authorizationServers'>;

export function resourceMetadata({ publicUrl, authorizationServers }: Described): Metadata {
  const resource = (host: string) => new URL(publicUrl ?? `http://${host}${ENDPOINT}`);
  const ownPath = resource('localhost').pathname;
  return {
    paths: new Set([WELL_KNOWN, WELL_KNOWN + ENDPOINT, WELL_KNOWN + ownPath]),
    document: (host) => ({
      resource: resource(host).href,
      ...(authorizationServers && { authorization_servers: authorizationServers }),
      bearer_methods_supported: ['header'],
      resource_name: 'Cofferdam',
    }),
    challenge(host, tokenWasBorne) {
      const where = new URL(WELL_KNOWN + ownPath, resource(host));
      return `Bearer ${tokenWasBorne ? 'error="invalid_token", ' : ''}resource_metadata="${where}"`;
    },
  };
}
