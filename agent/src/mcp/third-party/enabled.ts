// Whether the user agreed that a server is used in a project.
import { AgentError } from '../../errors.js';
import { hashOf } from './canonical.js';
import type { Consents } from './consents.js';
import { summaryOf } from './describe.js';
import type { FoundServer } from './find.js';
import type { AskAboutServer, Change, ServerQuestion } from './question.js';
import { referencesOf } from './variables.js';

/** `changed`: enabled once, with another entry. `off`: the user said never. */
export type ServerState = 'enabled' | 'changed' | 'off' | 'new';

export function stateOf({ name, entry }: FoundServer, consents: Consents): ServerState {
  const consent = consents.get(name);
  if (!consent) return 'new';
  if (!consent.enabled) return 'off';
  return consent.entry === hashOf(entry) ? 'enabled' : 'changed';
}

/** Asks unless the user has decided about this very entry. Throws `server-refused` for what nobody may agree to. */
export async function isEnabled(
  server: FoundServer,
  consents: Consents,
  ask: AskAboutServer,
  signal: AbortSignal,
): Promise<boolean> {
  checkVariables(server);
  const state = stateOf(server, consents);
  if (state === 'enabled' || state === 'off') return state === 'enabled';
  const { name, entry } = server;
  const consent = consents.get(name);
  const summary = await summaryOf(server);
  const { allowed, always = false } = await ask(questionAbout(server, summary, consent?.summary), signal);
  // What it said about its tools is still what the user knows, whatever its entry is now.
  const pins = consent?.pins && { pins: consent.pins };
  if (allowed || always) consents.set(name, { enabled: allowed, entry: hashOf(entry), summary, ...pins });
  return allowed;
}

/** From now on nobody is asked about it, and it is not used. */
export async function switchOff(server: FoundServer, consents: Consents): Promise<void> {
  const summary = await summaryOf(server);
  consents.set(server.name, { enabled: false, entry: hashOf(server.entry), summary });
}

function questionAbout({ name, from }: FoundServer, summary: string[], before: string[] | undefined): ServerQuestion {
  const question = { kind: 'server' as const, server: name, from, summary };
  if (!before) return { ...question, title: `Enable the MCP server ${name} for this project?` };
  const [old, now] = [before.join('\n'), summary.join('\n')];
  const changed: Change = { what: 'configuration', before: old, after: now };
  const hidden: Change = { what: 'configuration', after: 'The value of a variable or a header is another one.' };
  const title = `The entry of the MCP server ${name} has changed since you enabled it. Enable it as it is now?`;
  return { ...question, title, changes: [old === now ? hidden : changed] };
}

/** What Cofferdam's own servers and the model are reached with. */
const ownSecrets = /^(ANTHROPIC_|COFFERDAM_|GITLAB_|CI_JOB_TOKEN$|AWS_|GOOGLE_APPLICATION_CREDENTIALS$)/;

function checkVariables({ entry, origin, from }: FoundServer): void {
  if (origin === 'user') return;
  const own = referencesOf(entry).variables.find((name) => ownSecrets.test(name));
  if (own === undefined) return;
  throw new AgentError(
    'server-refused',
    `${from} asks for your ${own}, which no repository gets.`,
    'If the server should have it, name the server in your own mcp.json.',
  );
}
