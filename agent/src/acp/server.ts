// Serves one client over the Agent Client Protocol.
import { agent, MessageTooLargeError, methods, type Stream } from '@agentclientprotocol/sdk';
import { AgentError, isExpected } from '../errors.js';
import { configOptions } from './config.js';
import { answered } from './errors.js';
import { serveExtension } from './extension-requests.js';
import { listPage } from './list.js';
import { type CreateModel, Requests } from './requests.js';
import { LiveSessions, type Maker } from './sessions.js';
import { Wire } from './wire.js';

export interface ServerOptions {
  /** COFFERDAM_HOME. */
  home: string;
  /** `Agents`. */
  agents: Maker;
  createModel: CreateModel;
}

/**
 * Resolves when the client has hung up, or `signal` was aborted, and its sessions are ended in good order. Throws
 * AgentError when it was hung up on: for a message that is too large, or because it reads nothing.
 */
export async function serveClient(stream: Stream, options: ServerOptions, signal: AbortSignal): Promise<void> {
  const { home } = options;
  const wire = new Wire();
  const sessions = new LiveSessions(options.agents, home, wire);
  const requests = new Requests(sessions, wire, options.createModel);
  const { session } = methods.agent;

  const app = agent({ name: 'cofferdam' })
    .onConnect((connection) => wire.connect(connection))
    .onRequest(methods.agent.initialize, ({ params }) => answered(undefined, () => requests.initialize(params)))
    .onRequest(methods.agent.authenticate, () => answered(undefined, () => requests.authenticate()))
    .onRequest(session.new, ({ params }) => answered(undefined, () => requests.create(params)))
    .onRequest(session.load, ({ params }) => answered(params.sessionId, () => requests.load(params)))
    .onRequest(session.resume, ({ params }) => answered(params.sessionId, () => requests.resume(params)))
    .onRequest(session.list, ({ params }) => answered(undefined, () => listPage(home, params)))
    .onRequest(session.delete, ({ params: { sessionId } }) =>
      answered(sessionId, async () => {
        await sessions.delete(sessionId);
        return {};
      }),
    )
    .onRequest(session.close, ({ params: { sessionId } }) =>
      answered(sessionId, async () => {
        await sessions.close(sessionId);
        return {};
      }),
    )
    .onRequest(session.setMode, ({ params: { sessionId, modeId } }) =>
      answered(sessionId, () => {
        requests.setMode(sessionId, modeId);
        return {};
      }),
    )
    .onRequest(session.setConfigOption, ({ params }) =>
      answered(params.sessionId, () => {
        const { agent, apply } = requests.setOption(params);
        return { configOptions: configOptions(agent, apply) };
      }),
    )
    .onRequest(session.prompt, ({ params, signal }) =>
      answered(params.sessionId, () => requests.prompt(params, signal)),
    )
    .onNotification(session.cancel, ({ params }) => sessions.get(params.sessionId).cancel());
  serveExtension(app, sessions, requests, home);

  const connection = app.connect(stream);
  signal.addEventListener('abort', () => connection.close(signal.reason), { once: true });
  if (signal.aborted) connection.close(signal.reason);
  await connection.closed;
  wire.close();
  await sessions.closeAll();
  const { reason } = connection.signal;
  if (reason instanceof MessageTooLargeError) {
    throw new AgentError('usage', `The client sent more than ${reason.maxMessageBytes} bytes at once.`, 'Attach less.');
  }
  if (isExpected(reason)) throw reason;
}
