// Every failure the agent reports itself: a code for programs, what was wrong and what to do for people.

export type AgentErrorCode =
  | 'usage'
  | 'policy'
  | 'no-key'
  | 'model-refused-request'
  | 'model-context-full'
  | 'model-unreachable'
  | 'model-protocol'
  | 'server-failed'
  | 'keeper'
  | 'agent-failed'
  | 'server-refused'
  | 'login-needed'
  | 'login-failed'
  | 'settings-damaged'
  | 'session-not-found'
  | 'session-damaged'
  | 'session-busy'
  | 'session-write';

export class AgentError extends Error {
  override readonly name = 'AgentError';
  readonly code: AgentErrorCode;
  /** What the reader can do next, as one imperative sentence. */
  readonly remedy: string;

  constructor(code: AgentErrorCode, message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.remedy = remedy;
  }
}

/** True for failures that some part of Cofferdam reports on purpose; the others are faults of the program. */
export function isExpected(error: unknown): boolean {
  return typeof (error as { remedy?: unknown } | null)?.remedy === 'string';
}

/** Any thrown value as text for a person: the message, and the remedy where there is one. */
export function explain(error: unknown): string {
  const { message, remedy } = error as { message?: string; remedy?: string };
  const text = message ?? String(error);
  return [text, remedy].filter(Boolean).join(text.includes('\n') ? '\n' : ' ');
}
