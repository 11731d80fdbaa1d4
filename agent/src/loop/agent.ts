// The parts that the loop brings together.
import type { Context } from '../context/index.js';
import type { Toolbox } from '../mcp/index.js';
import type { Model } from '../model/index.js';
import type { Approver, Limits, Policy } from '../policy/index.js';
import type { Session, StopReason } from '../session/index.js';
import type { OwnTools } from '../tools/index.js';

/** What is shown while it happens and kept nowhere. */
export type LiveEvent =
  | { kind: 'progress'; text: string }
  | { kind: 'text-delta'; text: string }
  | { kind: 'thinking-delta'; text: string }
  /** The text since the last answer is void. */
  | { kind: 'retry'; reason: string; delayMs: number }
  | { kind: 'tool-output'; id: string; text: string };

export interface Agent {
  model: Model;
  toolbox: Toolbox;
  own: OwnTools;
  session: Session;
  context: Context;
  /** As it stands now: an answer of "always" changes it in the middle of a run. */
  policy(): Policy;
  approver: Approver;
  limits: Limits;
  signal: AbortSignal;
  /** Resolves when a call may change files: what was there before is safe. */
  ready(): Promise<void>;
  show(event: LiveEvent): void;
}

/** Leaves the loop from anywhere within it. */
export class Stop extends Error {
  override readonly name = 'Stop';
  constructor(
    readonly reason: StopReason,
    message: string,
  ) {
    super(message);
  }
}
