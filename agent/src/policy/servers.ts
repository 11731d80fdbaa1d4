// Which third-party servers may be used.
import type { Layer } from './document.js';
import type { RuleSource } from './types.js';

export type ServerVerdicts = Readonly<Record<string, 'allow' | 'deny'>>;

/** By name, `*` for all others. A server that no layer speaks of is left out. */
export function effectiveServers(layers: readonly Layer[]): ServerVerdicts {
  const names = new Set(layers.flatMap(({ content }) => Object.keys(content.servers ?? {})));
  const effective: Record<string, 'allow' | 'deny'> = {};
  for (const name of names) {
    if (deniedServer(layers, name)) effective[name] = 'deny';
    else if (layers.some((layer) => layer.layer === 'user' && sayOf(layer, name))) effective[name] = 'allow';
  }
  return effective;
}

/** The line that denies a server, the strongest layer's first. */
export function deniedServer(layers: readonly Layer[], server: string): RuleSource | undefined {
  return layers.map((layer) => sayOf(layer, server)).find((source) => source?.verdict === 'deny');
}

function sayOf(
  { layer, file, content: { servers }, lineOf }: Layer,
  server: string,
): (RuleSource & { verdict: 'allow' | 'deny' }) | undefined {
  const name = servers && Object.hasOwn(servers, server) ? server : '*';
  const verdict = servers && Object.hasOwn(servers, name) ? servers[name] : undefined;
  return verdict && { layer, file, line: lineOf('servers', name), text: `servers: ${name}: ${verdict}`, verdict };
}
