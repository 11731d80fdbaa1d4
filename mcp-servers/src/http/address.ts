// Which names and which web pages may reach the server: what stops a page that had its own name resolve to this machine
// (DNS rebinding).
import type { IncomingMessage } from 'node:http';
import { isIPv6, type Socket } from 'node:net';
import type { HttpOptions } from './options.js';
import type { Refusal } from './refuse.js';

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

export const isLoopback = (host: string) => LOOPBACK.includes(inUrl(host));

/** A host as URLs write it. */
export const inUrl = (host: string) => (isIPv6(host) ? `[${host}]` : host.toLowerCase());

type Addressed = Pick<HttpOptions, 'host' | 'publicUrl' | 'allowedHosts' | 'allowedOrigins'>;

/** A check of each request's `Host` and `Origin`. */
export function addressCheck({ host = '', publicUrl, allowedHosts = [], allowedOrigins = [] }: Addressed) {
  const known = publicUrl === undefined ? undefined : new URL(publicUrl);
  const hosts = new Set([...LOOPBACK, ...[host, known?.hostname ?? '', ...allowedHosts].map(inUrl)]);
  const origins = new Set([known?.origin, ...allowedOrigins]);

  return ({ headers, socket }: IncomingMessage): Refusal | undefined => {
    const name = hostName(headers.host);
    if (name === undefined || !(hosts.has(name) || name === reachedAt(socket))) {
      return { status: 403, message: `This server does not answer to the host ${JSON.stringify(headers.host ?? '')}.` };
    }
    const { origin } = headers;
    if (origin === undefined || origins.has(origin) || origin === `http://${headers.host}`) return undefined;
    return { status: 403, message: `Pages of ${JSON.stringify(origin)} may not use this server.` };
  };
}

/** The address of ours that the client chose; on a socket for both IP versions, one of version 4 is dressed up. */
const reachedAt = ({ localAddress = '' }: Socket) => inUrl(localAddress.replace(/^::ffff:(?=[\d.]+$)/, ''));

/** Without the port: a forwarded port is another one outside. */
function hostName(host = ''): string | undefined {
  return /^(?<name>\[[\da-f:.]+\]|[\w.-]+)(?::\d+)?$/i.exec(host)?.groups?.['name']?.toLowerCase();
}
