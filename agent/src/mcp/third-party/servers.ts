// The third-party servers of one session: found, agreed to, and ready to be connected.
import { AgentError, explain, isExpected } from '../../errors.js';
import type { ServerConnection } from '../connection.js';
import { hashOf } from './canonical.js';
import { Consents } from './consents.js';
import { summaryOf } from './describe.js';
import { type FoundServer, findServers, projectRoot } from './find.js';
import { httpConnection } from './http.js';
import type { AskAboutServer, Change, ServerQuestion } from './question.js';
import { type Carry, carriedConnection } from './stdio.js';
import { ThirdPartyGate } from './third-party-gate.js';
import { fillIn, referencesOf } from './variables.js';

export interface ThirdPartyOptions {
  /** COFFERDAM_HOME. */
  home: string;
  /** The folder that the user opened. */
  workspace: string;
  /** The sandbox that programs run in. */
  sandbox: string;
  carry: Carry;
  /** `servers:` of the policy: by name, or `*` for all others. Allowing one does not enable it: the user does. */
  policyServers: Readonly<Record<string, 'allow' | 'deny'>>;
  ask: AskAboutServer;
  /** Something for people to know, while the session lasts. */
  onNotice(text: string): void;
  /** Shows the page where the user logs in to a server. Without it, `cofferdam mcp login` does. */
  openUrl?(url: string): void | Promise<void>;
  /** Servers that an editor passes on, in the form of mcp.json: by name, an entry. */
  given?: Readonly<Record<string, unknown>>;
  /** What `${env:NAME}` stands for. */
  env: NodeJS.ProcessEnv;
  /** The session's: ends questions and logins. */
  signal: AbortSignal;
}

/** What the agent itself knows about them; the rest is for whoever speaks to the user. */
export type ThirdPartyPlace = Omit<ThirdPartyOptions, 'ask' | 'openUrl' | 'given'>;

/**
 * Asks about one server after the other. `notices` say what is left out and why, for people; a server that cannot be
 * used never keeps the others from it. Throws `settings-damaged`, and the signal's reason when aborted.
 */
export async function thirdPartyServers(
  options: ThirdPartyOptions,
): Promise<{ servers: ServerConnection[]; notices: string[] }> {
  const { home, workspace, policyServers, given, signal } = options;
  const { servers: found, notices } = findServers({ home, workspace, ...(given && { given }) });
  const project = projectRoot(workspace);
  const consents = new Consents(home, project);
  const servers: ServerConnection[] = [];
  for (const server of found) {
    const { name, entry } = server;
    if (isDenied(policyServers, name)) {
      notices.push(`The MCP server ${name} is left out: the policy denies it.`);
      continue;
    }
    try {
      if (!(await isEnabled(server, consents, options.ask, signal))) {
        if (consents.get(name)?.enabled !== false) {
          notices.push(`The MCP server ${name} is not enabled here: "cofferdam mcp enable ${name}" does that.`);
        }
        continue;
      }
      if (entry.type === 'http' && entry.deprecated) {
        notices.push(`The MCP server ${name} is of the type "sse", which is deprecated: Streamable HTTP is tried.`);
      }
      servers.push(connection(server, consents, project, options));
    } catch (error) {
      signal.throwIfAborted();
      if (!isExpected(error) || (error as AgentError).code === 'settings-damaged') throw error;
      notices.push(`The MCP server ${name} is left out: ${explain(error)}`);
    }
  }
  return { servers, notices };
}

export function isDenied(policy: ThirdPartyOptions['policyServers'], name: string): boolean {
  const verdict = Object.hasOwn(policy, name) ? policy[name] : policy['*'];
  return verdict === 'deny';
}

/** Whether the user agreed to this very entry, now or before. Throws `server-refused` for what nobody may agree to. */
export async function isEnabled(
  server: FoundServer,
  consents: Consents,
  ask: AskAboutServer,
  signal: AbortSignal,
): Promise<boolean> {
  const { name, entry } = server;
  checkVariables(server);
  const consent = consents.get(name);
  const hash = hashOf(entry);
  if (consent && !consent.enabled) return false;
  if (consent?.entry === hash) return true;
  const summary = await summaryOf(entry);
  const { allowed, always = false } = await ask(questionAbout(server, summary, consent?.summary), signal);
  const pins = consent?.pins && { pins: consent.pins };
  if (allowed || always) consents.set(name, { enabled: allowed, entry: hash, summary, ...pins });
  return allowed;
}

function questionAbout({ name, from }: FoundServer, summary: string[], before: string[] | undefined): ServerQuestion {
  const changes: Change[] | undefined = before && [
    { what: 'configuration', before: before.join('\n'), after: summary.join('\n') },
  ];
  const title = changes
    ? `The entry of the MCP server ${name} has changed since you enabled it. Enable it as it is now?`
    : `Enable the MCP server ${name} for this project?`;
  return { kind: 'server', server: name, from, title, summary, ...(changes && { changes }) };
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

function connection(
  { name, entry, from }: FoundServer,
  consents: Consents,
  project: string,
  { home, sandbox, carry, ask, onNotice, openUrl, env, signal }: ThirdPartyOptions,
): ServerConnection {
  const filled = fillIn(entry, env);
  if (filled.missing.length > 0) {
    const names = [...new Set(filled.missing)].join(', ');
    throw new AgentError('server-refused', `It needs ${names}, which is not set.`, 'Set it in your environment.');
  }
  const pins = {
    get: () => consents.get(name)?.pins,
    set(pins: NonNullable<ReturnType<Consents['get']>>['pins']) {
      const consent = consents.get(name);
      if (consent && pins) consents.set(name, { ...consent, pins });
    },
  };
  const gate = new ThirdPartyGate({ name, from, pins, ask, onNotice });
  const reached =
    filled.entry.type === 'stdio'
      ? carriedConnection(filled.entry, sandbox, carry)
      : httpConnection({ name, entry: filled.entry, home, project, openUrl, signal });
  return { ...reached, name, gate };
}
