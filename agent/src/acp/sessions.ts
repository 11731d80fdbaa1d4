// The sessions that one client has open, by id.
import { realpathSync } from 'node:fs';
import { type McpServer, RequestError } from '@agentclientprotocol/sdk';
import type { AgentSession, Driver, NewSession } from '../agent/index.js';
import { AgentError } from '../errors.js';
import { projectRoot } from '../mcp/third-party/index.js';
import { availableCommands } from './commands.js';
import { type ApplyChoice, metaKeys } from './extension.js';
import { givenServers } from './given.js';
import type { Line } from './line.js';
import { LiveSession, type LiveSessionOptions } from './live-session.js';

/** What makes and finds sessions: `Agents`. */
export interface Maker {
  create(session: NewSession, driver: (id: string) => Driver): Promise<AgentSession>;
  load(id: string, driver: (id: string) => Driver, limits?: NewSession['limits']): Promise<AgentSession>;
  remove(id: string): Promise<void>;
}

export interface OpenRequest extends Omit<NewSession, 'workspace'> {
  /** Absolute. */
  cwd: string;
  mcpServers?: readonly McpServer[] | undefined;
  apply?: ApplyChoice | undefined;
}

type Make = (driver: (id: string) => Driver) => Promise<AgentSession>;
type Place = Pick<LiveSessionOptions, 'root' | 'apply' | 'given'>;

export class LiveSessions {
  readonly #maker: Maker;
  readonly #home: string;
  readonly #line: Line;
  readonly #open = new Map<string, LiveSession>();
  /** Sessions on their way into `#open`. */
  readonly #coming = new Set<Promise<unknown>>();
  #closed = false;

  constructor(maker: Maker, home: string, line: Line) {
    this.#maker = maker;
    this.#home = home;
    this.#line = line;
  }

  /** Throws what `Agents.create` throws. The client gets to know it with `begin`. */
  async create({ cwd, mcpServers, apply = 'ask', ...settings }: OpenRequest): Promise<LiveSession> {
    const make: Make = (driver) => this.#maker.create({ ...settings, workspace: cwd }, driver);
    return this.#keep(make, { root: projectRoot(cwd), apply, given: givenServers(mcpServers) });
  }

  /** One that is open stays open. Throws what `Agents.load` throws, and `usage` for a session of another folder. */
  async load(id: string, request: OpenRequest): Promise<LiveSession> {
    const { cwd, mcpServers, mode, model, apply } = request;
    const make: Make = (driver) => this.#maker.load(id, driver, request.limits);
    const place = { root: projectRoot(cwd), apply: apply ?? 'ask', given: givenServers(mcpServers) };
    const known = this.#open.get(id);
    const session = known ?? (await this.#keep(make, place));
    const workspace = session.agent.session.facts.start?.workspace ?? '';
    if (!isSameFolder(workspace, cwd)) {
      if (!known) await this.close(id);
      throw new AgentError('usage', `The session ${id} belongs to the folder ${workspace}.`, 'Open it there.');
    }
    if (model !== undefined) session.agent.setModel(model);
    if (mode !== undefined) session.agent.setMode(mode);
    if (apply !== undefined) session.apply = apply;
    return session;
  }

  /** Throws the error that ACP answers for a session that is not open on this connection. */
  get(id: string): LiveSession {
    const session = this.#find(id);
    // Whoever asks for it knows it.
    session.begin();
    return session;
  }

  /** A session in which nothing was ever said leaves nothing behind. */
  async close(id: string, options: { removeSandbox?: boolean } = {}): Promise<void> {
    const session = this.#find(id);
    this.#open.delete(id);
    const { isEmpty } = session;
    await session.close(options);
    if (isEmpty) await this.#maker.remove(id);
  }

  /** With its sandbox. Throws what `Agents.remove` throws. */
  async delete(id: string): Promise<void> {
    const session = this.#open.get(id);
    this.#open.delete(id);
    await session?.close();
    await this.#maker.remove(id);
  }

  /** All at once; none keeps another from ending, and none comes after. Throws the first failure. */
  async closeAll(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#coming);
    const closed = await Promise.allSettled([...this.#open.keys()].map((id) => this.close(id)));
    const failed = closed.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  #find(id: string): LiveSession {
    const session = this.#open.get(id);
    if (session) return session;
    const remedy = 'Load or resume it first.';
    const data = { sessionId: id, [metaKeys.error]: { code: 'session-not-open', remedy } };
    throw new RequestError(-32002, `The session ${JSON.stringify(id.slice(0, 100))} is not open here. ${remedy}`, data);
  }

  async #keep(make: Make, place: Place): Promise<LiveSession> {
    if (this.#closed) throw new Error('The client has hung up.');
    const coming = this.#make(make, place);
    this.#coming.add(coming);
    try {
      return await coming;
    } finally {
      this.#coming.delete(coming);
    }
  }

  async #make(make: Make, place: Place): Promise<LiveSession> {
    let session: LiveSession | undefined;
    const agent = await make((id) => {
      session = new LiveSession({ id, home: this.#home, line: this.#line, ...place });
      return session.driver;
    });
    if (!session) throw new Error('A session was made without its driver.');
    session.attach(agent);
    session.update({ sessionUpdate: 'available_commands_update', availableCommands: availableCommands() });
    this.#open.set(session.id, session);
    return session;
  }
}

function isSameFolder(one: string, other: string): boolean {
  try {
    return realpathSync(one) === realpathSync(other);
  } catch {
    return one === other;
  }
}
