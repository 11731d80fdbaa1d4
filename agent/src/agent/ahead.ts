// Tool servers that are started before it is known what they are to work on: they load what they need meanwhile, and are
// told by the first line that they read. Imports next to nothing, like what it starts them with.
import { type ServerCommand, type ServerProcess, startServer } from '../mcp/index.js';

/** What finding and reaching the engine takes. */
const engineVariables = [
  'DOCKER_HOST',
  'DOCKER_CERT_PATH',
  'DOCKER_TLS_VERIFY',
  'DOCKER_CONTEXT',
  'DOCKER_CONFIG',
  'XDG_RUNTIME_DIR',
  'SSH_AUTH_SOCK',
];

/** A server of this very program, with these variables beside PATH, HOME and the like. */
export function ownServer(
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  home: string,
): ServerCommand {
  const program = process.argv[1] ?? '';
  return { command: process.execPath, args: [program, 'mcp', name, ...args], env: { ...env, COFFERDAM_HOME: home } };
}

/** `env` is where the engine's variables are taken from. */
export function startAhead(
  name: 'sandbox' | 'files' | 'git' | 'commands',
  home: string,
  env: Variables,
): ServerProcess {
  return startServer(ownServer(name, ['--ahead'], pick(env, engineVariables), home));
}

type Variables = Readonly<Record<string, string | undefined>>;

export const engineOf = (env: Variables): Record<string, string> => pick(env, engineVariables);

export function pick(env: Variables, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}

export const argumentsMethod = 'cofferdam/arguments';

/** The line that tells it the rest of its arguments. */
export const argumentsMessage = (args: readonly string[]) =>
  ({ jsonrpc: '2.0', method: argumentsMethod, params: { arguments: [...args] } }) as const;
