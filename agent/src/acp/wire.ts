// The connection to one client.
import type { AgentConnection, AgentContext, RequestPermissionResponse, SessionUpdate } from '@agentclientprotocol/sdk';
import { methods } from '@agentclientprotocol/sdk';
import { AgentError } from '../errors.js';
import type { LiveEvent } from '../loop/index.js';
import type { SessionEvent } from '../session/index.js';
import type { CardRequest } from './cards.js';
import { type ClientTraits, plainClient } from './client.js';
import { eventNotification } from './extension.js';
import type { Line } from './line.js';
import { Outbox } from './outbox.js';

export class Wire implements Line {
  /** Known once the client has introduced itself. */
  traits: ClientTraits = plainClient;
  #connection: AgentConnection | undefined;
  readonly #outbox = new Outbox(
    ({ method, params }) => this.#client.notify(method, params),
    () => this.#connection?.close(new AgentError('usage', 'The client does not read what it is sent.', 'Read it.')),
  );

  connect(connection: AgentConnection): void {
    this.#connection = connection;
  }

  update(sessionId: string, update: SessionUpdate): void {
    this.#outbox.update(sessionId, update);
  }

  event(sessionId: string, event: SessionEvent | LiveEvent): void {
    if (this.traits.events) this.#outbox.push({ method: eventNotification.method, params: { sessionId, event } });
  }

  async ask(sessionId: string, card: CardRequest, signal: AbortSignal): Promise<RequestPermissionResponse> {
    signal.throwIfAborted();
    // The client must know the call before it is asked about it.
    await this.idle();
    signal.throwIfAborted();
    const options = { cancellationSignal: signal, stopWaitingOnCancel: true };
    return this.#client.request(methods.client.session.requestPermission, { sessionId, ...card }, options);
  }

  idle(): Promise<void> {
    return this.#outbox.idle();
  }

  close(): void {
    this.#outbox.close();
  }

  get #client(): AgentContext {
    if (!this.#connection) throw new Error('Nobody is connected.');
    return this.#connection.client;
  }
}
