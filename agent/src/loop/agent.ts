// The parts that the loop brings together.
import type { Toolbox } from '../mcp/index.js';
import type { Model } from '../model/index.js';
import type { ApprovalMode, Approver } from '../policy/index.js';
import type { Session, StopReason } from '../session/index.js';

/** What is shown while it happens and kept nowhere. */
export type LiveEvent =
  | { kind: 'text-delta'; text: string }
  | { kind: 'thinking-delta'; text: string }
  /** The text since the last answer is void. */
  | { kind: 'retry'; reason: string; delayMs: number }
  | { kind: 'tool-output'; id: string; text: string };

export interface Limits {
  /** Answers of the model per run. */
  turns: number;
  /** Tokens per run that were not read from the cache, in and out. */
  tokens: number;
}

export interface Agent {
  model: Model;
  toolbox: Toolbox;
  session: Session;
  approver: Approver;
  approvals: ApprovalMode;
  system: string;
  limits: Limits;
  signal: AbortSignal;
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
