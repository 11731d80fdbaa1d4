// The tool servers of a run, each a process of its own made from this very program.
import { type ServerConnection, stdioServer } from '../mcp/index.js';

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

export function sandboxServers(sandbox: string, home: string): ServerConnection[] {
  const engine = engineVariables.flatMap((name) =>
    process.env[name] === undefined ? [] : [[name, process.env[name]]],
  );
  const env = { ...Object.fromEntries(engine), COFFERDAM_HOME: home };
  const program = process.argv[1] ?? '';
  return ['files', 'git', 'commands'].map((name) =>
    stdioServer({ name, command: process.execPath, args: [program, 'mcp', name, '--sandbox', sandbox], env }),
  );
}
