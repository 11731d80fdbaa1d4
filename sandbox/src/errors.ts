// Every failure the sandbox reports is one of these codes, with what went wrong and what to do about it.

export type SandboxErrorCode =
  | 'engine-unreachable'
  | 'engine-failed'
  | 'image-missing'
  | 'image-unusable'
  | 'workspace-unusable'
  | 'path-outside'
  | 'path-invalid'
  | 'sandbox-not-found'
  | 'exec-failed'
  | 'runner-lost'
  | 'disk-full'
  | 'change-unknown'
  | 'apply-failed'
  | 'checkpoint-not-found'
  | 'checkpoint-damaged'
  | 'checkpoint-failed'
  | 'checkpoint-too-large'
  | 'protocol';

export class SandboxError extends Error {
  override readonly name = 'SandboxError';
  readonly code: SandboxErrorCode;
  /** What the reader can do next, as one imperative sentence. */
  readonly remedy: string;

  constructor(code: SandboxErrorCode, message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.remedy = remedy;
  }
}
