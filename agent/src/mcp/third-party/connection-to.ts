// The way to a third-party server that the user enabled.
import { AgentError } from '../../errors.js';
import type { ServerConnection } from '../connection.js';
import { serverUrl } from './addresses.js';
import type { Consents } from './consents.js';
import type { StdioEntry } from './entry.js';
import type { FoundServer } from './find.js';
import { httpConnection } from './http.js';
import { TokenStore } from './oauth/token-store.js';
import type { AskAboutServer } from './question.js';
import { type PinStore, ThirdPartyGate } from './third-party-gate.js';
import { fillIn } from './variables.js';

export interface Reach {
  /** COFFERDAM_HOME. */
  home: string;
  ask: AskAboutServer;
  /** Something for people to know, while the connection lasts. */
  onNotice(text: string): void;
  /** Shows the page where the user logs in to a server. Without it, `cofferdam mcp login` does. */
  openUrl?(url: string): void | Promise<void>;
  /** What `${env:NAME}` stands for. */
  env: NodeJS.ProcessEnv;
  /** Ends questions and logins. */
  signal: AbortSignal;
  /** Starts a program, once the connection is used. */
  start(program: StdioEntry): ServerConnection;
}

/** Nothing is started or sent yet. Throws `server-refused` where that is known to fail. */
export function connectionTo(
  { name, entry, from }: FoundServer,
  consents: Consents,
  project: string,
  { home, ask, onNotice, openUrl, env, signal, start }: Reach,
): ServerConnection {
  const filled = fillIn(entry, env);
  if (filled.missing.length > 0) {
    const names = [...new Set(filled.missing)].join(', ');
    throw new AgentError('server-refused', `It needs ${names}, which is not set.`, 'Set it in your environment.');
  }
  const gate = new ThirdPartyGate({ name, from, pins: pinStore(consents, name), ask, onNotice });
  const reached =
    filled.entry.type === 'stdio'
      ? start(filled.entry)
      : httpConnection({ name, entry: filled.entry, home, project, openUrl, signal });
  return { ...reached, name, gate };
}

/** Its tokens, and the client that was registered for them. */
export function forgetLogin({ entry }: FoundServer, project: string, { home, env }: Pick<Reach, 'home' | 'env'>): void {
  const filled = fillIn(entry, env).entry;
  if (filled.type === 'http') new TokenStore(home, project, serverUrl(filled.url)).forget();
}

function pinStore(consents: Consents, name: string): PinStore {
  return {
    get: () => consents.get(name)?.pins,
    set(pins) {
      const consent = consents.get(name);
      if (consent) consents.set(name, { ...consent, pins });
    },
  };
}
