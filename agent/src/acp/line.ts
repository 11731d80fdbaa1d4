// The way to the client, as sessions use it.
import type { RequestPermissionResponse, SessionUpdate } from '@agentclientprotocol/sdk';
import type { LiveEvent } from '../loop/index.js';
import type { SessionEvent } from '../session/index.js';
import type { CardRequest } from './cards.js';
import type { ClientTraits } from './client.js';

export interface Line {
  readonly traits: ClientTraits;
  update(sessionId: string, update: SessionUpdate): void;
  event(sessionId: string, event: SessionEvent | LiveEvent): void;
  /** Rejects with what the client answers instead, and when `signal` is aborted. */
  ask(sessionId: string, card: CardRequest, signal: AbortSignal): Promise<RequestPermissionResponse>;
  /** Resolves when the client has all that was sent to it. */
  idle(): Promise<void>;
}
