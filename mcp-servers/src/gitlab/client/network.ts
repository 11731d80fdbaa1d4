// How connections are made: whom to trust, and through which proxy. The HTTP library is loaded for the first request,
// so that a server lists its tools sooner.
import { rootCertificates } from 'node:tls';
import type { Dispatcher, request } from 'undici';
import { type GitLabSettings, isLoopback } from '../settings.js';

interface Opened {
  dispatcher: Dispatcher;
  request: typeof request;
}

const proxyVariables = {
  'https:': ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'],
  'http:': ['http_proxy', 'HTTP_PROXY'],
} as const;

export class Network {
  readonly #settings: GitLabSettings;
  #opened: Promise<Opened> | undefined;

  constructor(settings: GitLabSettings) {
    this.#settings = settings;
  }

  open(): Promise<Opened> {
    this.#opened ??= this.#load();
    return this.#opened;
  }

  async close(): Promise<void> {
    if (this.#opened) await (await this.#opened).dispatcher.destroy();
  }

  /** Node adds NODE_EXTRA_CA_CERTS by itself, unless it is told of authorities; then they are told with them. */
  async #load(): Promise<Opened> {
    const { instance, ca, timeoutMs } = this.#settings;
    // By its default: a bundle gives what is not an ES module no other names.
    const { Agent, EnvHttpProxyAgent, request } = (await import('undici')).default;
    const tls = ca === undefined ? {} : { ca: [...rootCertificates, ca] };
    const connect = { ...tls, timeout: Math.min(timeoutMs, 10_000) };
    const dispatcher = mayProxy(instance)
      ? new EnvHttpProxyAgent({ connect, requestTls: tls, proxyTls: tls })
      : new Agent({ connect });
    return { dispatcher, request };
  }
}

/**
 * Whether the environment names a proxy for the instance. Without TLS what is sent, the token too, is for this machine
 * only, and a proxy elsewhere would see it.
 */
function mayProxy(instance: string): boolean {
  const protocol = instance.startsWith('https:') ? 'https:' : 'http:';
  const address = proxyVariables[protocol].map((name) => process.env[name]).find(Boolean);
  if (address === undefined) return false;
  return protocol === 'https:' || (URL.canParse(address) && isLoopback(new URL(address).hostname));
}
