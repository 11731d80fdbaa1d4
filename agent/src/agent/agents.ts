// Makes, finds and removes sessions: what their drivers share.
import { join } from 'node:path';
import { AgentError } from '../errors.js';
import type { LiveEvent } from '../loop/index.js';
import type { ServerConnection, ServerProcess } from '../mcp/index.js';
import type { ThirdPartyPlace } from '../mcp/third-party/index.js';
import type { Model } from '../model/index.js';
import { loadPolicy, type Policy, type SessionMode } from '../policy/index.js';
import {
  createLog,
  deleteSession,
  newSessionId,
  resumeLog,
  Session,
  type SessionEvent,
  summarise,
} from '../session/index.js';
import { AgentSession } from './agent-session.js';
import type { Asker } from './always.js';
import type { Narrower } from './narrower.js';
import { ServerStarter } from './servers.js';
import { openWorkbench, removeSandbox } from './workbench.js';

export interface AgentsOptions {
  home: string;
  /** GitLab's token is taken out of it. */
  env: NodeJS.ProcessEnv;
  /** Throws AgentError, `no-key` among others. */
  createModel(name: string): Promise<Model>;
  /** What sessions work with. Default: a sandbox and the servers that work in it. */
  openWorkbench?: typeof openWorkbench;
  removeSandbox?: typeof removeSandbox;
  /** The first session's, from `startAhead`. */
  keeperAhead?: ServerProcess;
}

/** Whoever a session speaks to. */
export interface Driver {
  asker: Asker;
  /** Told of every event once it is on disk. */
  event(event: SessionEvent): void;
  show(event: LiveEvent): void;
  /** The third-party servers for a session, in its sandbox: `thirdPartyServers` with a way to ask. */
  further(place: ThirdPartyPlace): Promise<readonly ServerConnection[]>;
}

export interface NewSession {
  /** The folder that the user opened, absolute. */
  workspace: string;
  mode?: SessionMode | undefined;
  /** Default: what the policy says. */
  model?: string | undefined;
  image?: string | undefined;
  /** Narrow those of the policy, for as long as this process holds the session. */
  limits?: Narrower | undefined;
}

export class Agents {
  readonly #options: AgentsOptions;
  readonly #servers: ServerStarter;

  constructor(options: AgentsOptions) {
    this.#options = options;
    this.#servers = new ServerStarter(options.home, options.env, options.keeperAhead);
  }

  /** Throws AgentError `policy`, `session-write`, or `usage` for a model that the policy does not allow. */
  async create(
    { workspace, mode = 'plan', model, image, limits }: NewSession,
    driver: (id: string) => Driver,
  ): Promise<AgentSession> {
    const { home } = this.#options;
    const policy = await loadPolicy({ home, workspace, env: this.#options.env });
    const name = model ?? policy.model.default;
    policy.checkModel(name);
    const id = newSessionId();
    const speaksTo = driver(id);
    const log = createLog(home, id);
    try {
      const session = new Session(log, (event) => speaksTo.event(event));
      const about = { id, workspace, model: name, mode, ...(image !== undefined && { image }) };
      session.record({ kind: 'session', version: 2, ...about });
      return this.#bring(id, session, policy, speaksTo, limits);
    } catch (error) {
      log.close();
      throw error;
    }
  }

  /** A session of an earlier time. Throws `session-not-found`, `session-busy`, `session-damaged`, `policy`. */
  async load(id: string, driver: (id: string) => Driver, limits?: Narrower): Promise<AgentSession> {
    const speaksTo = driver(id);
    const { home, env } = this.#options;
    const log = resumeLog(home, id);
    try {
      const session = new Session(log, (event) => speaksTo.event(event));
      const { workspace } = startOf(session);
      return this.#bring(id, session, await loadPolicy({ home, workspace, env }), speaksTo, limits);
    } catch (error) {
      log.close();
      throw error;
    }
  }

  /**
   * Removes all that a session which nobody has open kept, its sandbox included. Throws `session-not-found`,
   * `session-busy`, and what the keeper throws; then the session stays as it is.
   */
  async remove(id: string): Promise<void> {
    const { home, removeSandbox: remove = removeSandbox } = this.#options;
    const log = resumeLog(home, id);
    try {
      const sandbox = summarise(log.read())?.sandbox;
      if (sandbox) await remove(sandbox, this.#servers.keeper(join(log.folder, 'checkpoints')));
    } finally {
      log.close();
    }
    deleteSession(home, id);
  }

  #bring(id: string, session: Session, policy: Policy, driver: Driver, limits?: Narrower): AgentSession {
    const { workspace, image } = startOf(session);
    const { home, env, createModel, openWorkbench: open = openWorkbench } = this.#options;
    return new AgentSession({
      id,
      session,
      home,
      policy,
      limits,
      createModel,
      openWorkbench: (session, signal) => {
        const { servers: policyServers } = policy;
        const { carry } = this.#servers;
        const onProgress = (text: string) => driver.show({ kind: 'progress', text });
        const place = { home, workspace, carry, policyServers, env, signal, onNotice: onProgress };
        return open({
          id,
          session,
          workspace,
          image,
          env,
          servers: this.#servers,
          gitlabScope: policy.gitlab,
          further: (sandbox) => driver.further({ ...place, sandbox }),
          signal,
          onProgress,
        });
      },
      asker: driver.asker,
      show: (event) => driver.show(event),
    });
  }
}

function startOf({ facts }: Session): NonNullable<Session['facts']['start']> {
  if (facts.start) return facts.start;
  throw new AgentError('session-damaged', 'The session never began.', 'Start a new one.');
}
