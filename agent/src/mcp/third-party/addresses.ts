// Which addresses a third-party server may lead this machine to.
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { AgentError } from '../../errors.js';

/** Not routed on the internet: RFC 6890 and its IPv6 kin, and link-local addresses, where clouds keep credentials. */
const privateAddresses = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
] as const) {
  privateAddresses.addSubnet(network, prefix);
}
for (const [network, prefix] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const) {
  privateAddresses.addSubnet(network, prefix, 'ipv6');
}

/** Without the brackets that a URL puts around IPv6, and without a final dot. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');

/** This machine itself. */
export function isLoopback(url: URL): boolean {
  const host = hostOf(url);
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === '::1' ||
    (isIP(host) === 4 && host.startsWith('127.'))
  );
}

/** Whether the host is written as an address or a name that has no meaning on the internet. No lookup is made. */
function isPrivate(url: URL): boolean {
  const host = hostOf(url);
  const version = isIP(host);
  if (version !== 0) return privateAddresses.check(host, version === 6 ? 'ipv6' : 'ipv4');
  return isLoopback(url) || !host.includes('.') || /\.(local|internal|lan|home\.arpa)$/.test(host);
}

/** The private addresses behind the host's name, for people; none when it has none, or cannot be looked up. */
export async function privateAddressesOf(url: URL, resolve = lookup): Promise<string[]> {
  const host = hostOf(url);
  const version = isIP(host);
  const found = version !== 0 ? [{ address: host }] : await resolve(host, { all: true }).catch(() => []);
  return found
    .map(({ address }) => address)
    .filter((address) => privateAddresses.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4'));
}

/** Reads a server's URL: https, or http on this machine. Throws `server-refused`. */
export function serverUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw refused(`${JSON.stringify(text)} is no URL of a server`, 'Correct it.');
  if (url.username !== '' || url.password !== '') {
    throw refused('The URL holds a password', 'Send it as a header, from a variable of your environment.');
  }
  if (url.protocol === 'http:' && !isLoopback(url)) {
    throw refused(`${url.origin} would be spoken to without encryption`, 'Use https.');
  }
  url.hash = '';
  return url;
}

/**
 * Checks an address that a server led to: its authorization server, where tokens are, where to log in. Never this
 * machine or its network, unless the server itself is there. Throws `server-refused`.
 */
export function checkLed(server: URL, target: URL): void {
  if (target.origin === server.origin) return;
  if (target.protocol !== 'https:' && !(target.protocol === 'http:' && isLoopback(target) && isLoopback(server))) {
    throw refused(
      `The server at ${server.host} leads to ${target.origin}, which is not encrypted`,
      'Tell whoever runs it.',
    );
  }
  if (isPrivate(target) && !isPrivate(server)) {
    throw refused(`The server at ${server.host} leads to ${target.host}, on a network of yours`, 'Do not use it.');
  }
}

function refused(message: string, remedy: string): AgentError {
  return new AgentError('server-refused', `${message}.`, remedy);
}
