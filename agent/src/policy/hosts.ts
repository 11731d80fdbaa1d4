// Hosts that something in the sandbox wants to reach.
import { domainToASCII } from 'node:url';
import type { CallFacts } from './types.js';

/** What the policy is asked for a connection out of the sandbox. */
export function egressCall(host: string): CallFacts {
  return { server: 'egress', tool: 'connect', input: { host }, readOnly: false, outward: true, ours: true };
}

export type HostPattern = { host: string; below: boolean };

/** `example.org`, or `*.example.org` for all hosts below it. Throws a RangeError for what is neither. */
export function parseHostPattern(text: string): HostPattern {
  const below = text.startsWith('*.');
  const host = normalHost(below ? text.slice(2) : text);
  if (host === undefined || (below && /^[\d.]+$|:/.test(host))) {
    throw new RangeError(`${text} is no host: write a name such as example.org, or *.example.org for all below it.`);
  }
  return { host, below };
}

export function matchesHost({ host, below }: HostPattern, asked: string): boolean {
  const name = normalHost(asked);
  if (name === undefined) return false;
  return below ? name.endsWith(`.${host}`) : name === host;
}

export function isHost(text: string): boolean {
  return normalHost(text) !== undefined;
}

/** Lower case, Punycode, without the final dot. */
function normalHost(text: string): string | undefined {
  const name = text.replace(/\.$/, '');
  if (/^\[?[\da-f:.]*:[\da-f:.]*\]?$/i.test(name)) return name.replace(/^\[|\]$/g, '').toLowerCase();
  const ascii = domainToASCII(name);
  return /^[a-z\d_]([a-z\d_-]*[a-z\d_])?(\.[a-z\d_]([a-z\d_-]*[a-z\d_])?)*$/.test(ascii) ? ascii : undefined;
}
