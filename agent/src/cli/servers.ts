// The tool servers of a run, each a process of its own made from this very program.
import { type ServerConnection, stdioServer } from '../mcp/index.js';
import type { Project } from '../project/index.js';

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

/** What reaching GitLab takes. */
const gitlabVariables = [
  'GITLAB_URL',
  'GITLAB_TOKEN',
  'GITLAB_OAUTH_FILE',
  'CI_JOB_TOKEN',
  'GITLAB_CA_FILE',
  'GITLAB_INSECURE_HTTP',
  'GITLAB_TIMEOUT',
  'GITLAB_READ_ONLY',
  'NODE_EXTRA_CA_CERTS',
  ...['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'].flatMap((name) => [name, name.toLowerCase()]),
];

export function sandboxServers(sandbox: string, home: string): ServerConnection[] {
  const env = { ...inherited(engineVariables), COFFERDAM_HOME: home };
  return ['files', 'git', 'commands'].map((name) => ownServer(name, ['--sandbox', sandbox], env));
}

export interface GitLabRun {
  project: Project | undefined;
  /** Stands in the audit events. */
  sessionId: string;
  home: string;
}

/** The GitLab tools, where a token is set for an instance that the user named. `notice` says what is missing for them. */
export function gitlabServer({ project, sessionId, home }: GitLabRun): {
  servers: ServerConnection[];
  notice?: string;
} {
  const env = inherited(gitlabVariables);
  // From here on the token is the server's alone.
  for (const name of ['GITLAB_TOKEN', 'CI_JOB_TOKEN']) delete process.env[name];
  const hasToken = ['GITLAB_TOKEN', 'GITLAB_OAUTH_FILE', 'CI_JOB_TOKEN'].some((name) => name in env);
  if (!hasToken) return { servers: [] };
  if (!project)
    return { servers: [], notice: 'No GitLab tools: the workspace belongs to no GitLab project that is known.' };
  if (!('GITLAB_URL' in env)) {
    // The remotes name the instance, and whoever made the repository named the remotes.
    const notice = `No GitLab tools: set GITLAB_URL=${project.instance} to say that your token is meant for it.`;
    return { servers: [], notice };
  }
  const ownEnv = { ...env, GITLAB_PROJECT: project.path, COFFERDAM_HOME: home };
  return { servers: [ownServer('gitlab', ['--audit-session', sessionId], ownEnv)] };
}

function ownServer(name: string, args: readonly string[], env: Record<string, string>): ServerConnection {
  const program = process.argv[1] ?? '';
  return stdioServer({ name, command: process.execPath, args: [program, 'mcp', name, ...args], env });
}

function inherited(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}
