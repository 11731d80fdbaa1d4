// The tool servers of a session, each a process of its own made from this very program, with no more of the environment
// than it needs.
import { isRunning, type ServerConnection, type ServerProcess, startedServer, stdioServer } from '../mcp/index.js';
import type { Carry } from '../mcp/third-party/index.js';
import type { Project } from '../project/index.js';
import { argumentsMessage, engineOf, ownServer, pick, startAhead } from './ahead.js';

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

const tokens = ['GITLAB_TOKEN', 'GITLAB_OAUTH_FILE', 'CI_JOB_TOKEN'];

/** Servers that load what they need while it becomes known what they are to work on. */
export interface StartedAhead {
  /** Tells them. To be called once. */
  on(sandbox: string): ServerConnection[];
  /** Ends those that were never told. */
  dismiss(): void;
}

/** Starts servers for one session after another. */
export class ServerStarter {
  readonly #home: string;
  readonly #engine: Record<string, string>;
  readonly #gitlab: Record<string, string>;
  #keeperAhead: ServerProcess | undefined;

  /** Takes GitLab's token out of `env`: from here on it is the GitLab server's alone. `keeperAhead` is for the first session. */
  constructor(home: string, env: NodeJS.ProcessEnv, keeperAhead?: ServerProcess) {
    this.#home = home;
    this.#keeperAhead = keeperAhead;
    this.#engine = engineOf(env);
    this.#gitlab = pick(env, gitlabVariables);
    for (const name of tokens) delete env[name];
  }

  /** The keeper of the sandbox, which is not for the model. */
  keeper(checkpoints: string): ServerConnection {
    const args = ['--checkpoints', checkpoints];
    const ahead = this.#keeperAhead;
    this.#keeperAhead = undefined;
    if (ahead && isRunning(ahead)) return startedServer('sandbox', ahead, argumentsMessage(args));
    return this.#own('sandbox', args, this.#engine);
  }

  /** The tools that work on the copy. */
  workspaceAhead(): StartedAhead {
    const started = (['files', 'git', 'commands'] as const).map(
      (name) => [name, startAhead(name, this.#home, this.#engine)] as const,
    );
    return {
      on: (sandbox) =>
        started.map(([name, process]) => startedServer(name, process, argumentsMessage(['--sandbox', sandbox]))),
      dismiss: () => {
        for (const [, { child }] of started) child.stdin.end();
      },
    };
  }

  /**
   * The GitLab tools, where a token is set for an instance that the user named. `notice` says what is missing for them.
   * `policy` is a file that says what they may reach beyond the project.
   */
  gitlab(
    project: Project | undefined,
    session: string,
    policy: string,
  ): { servers: ServerConnection[]; notice?: string } {
    if (!tokens.some((name) => name in this.#gitlab)) return { servers: [] };
    if (!project) {
      return { servers: [], notice: 'No GitLab tools: the workspace belongs to no GitLab project that is known.' };
    }
    if (!('GITLAB_URL' in this.#gitlab)) {
      // The remotes name the instance, and whoever made the repository named the remotes.
      const notice = `No GitLab tools: set GITLAB_URL=${project.instance} to say that your token is meant for it.`;
      return { servers: [], notice };
    }
    const env = { ...this.#gitlab, GITLAB_PROJECT: project.path };
    return { servers: [this.#own('gitlab', ['--audit-session', session, '--policy', policy], env)] };
  }

  /** Carries what third-party servers in a sandbox read and write. */
  get carry(): Carry {
    return (args, env) => this.#own('third-party', args, { ...this.#engine, ...env });
  }

  #own(name: string, args: readonly string[], env: Record<string, string>): ServerConnection {
    return stdioServer({ name, ...ownServer(name, args, env, this.#home) });
  }
}
