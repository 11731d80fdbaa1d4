// What a tool answers when it cannot do what was asked: what was wrong, and what the model should do next.

export class ToolError extends Error {
  override readonly name = 'ToolError';
  /** A stable word for programs: `not-found`, `no-match`, `too-large`, ... */
  readonly code: string;
  /** One imperative sentence for the model. */
  readonly remedy: string;

  constructor(code: string, message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.remedy = remedy;
  }
}
