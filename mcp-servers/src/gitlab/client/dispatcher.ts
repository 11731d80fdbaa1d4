// How connections are made: whom to trust, and through which proxy.
import { rootCertificates } from 'node:tls';
import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import type { GitLabSettings } from '../settings.js';

const proxyVariables = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'];

/** Node adds NODE_EXTRA_CA_CERTS by itself, unless it is told of authorities; then they are told with them. */
export function createDispatcher({ ca, timeoutMs, useProxies }: GitLabSettings): Dispatcher {
  const tls = ca === undefined ? {} : { ca: [...rootCertificates, ca] };
  const connect = { ...tls, timeout: Math.min(timeoutMs, 10_000) };
  const proxied = useProxies && proxyVariables.some((name) => process.env[name]);
  return proxied ? new EnvHttpProxyAgent({ connect, requestTls: tls, proxyTls: tls }) : new Agent({ connect });
}
