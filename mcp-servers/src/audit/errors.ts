// What the audit log cannot do, said so that a program, a person and a model can each act on it.

export type AuditErrorCode =
  /** An event cannot be written, so what it would record must not be done. */
  | 'audit-unwritable'
  /** Logs cannot be read: no folder, no permission, a disk that fails. */
  | 'audit-unreadable'
  /** A file of kept heads is none. */
  | 'audit-heads';

export class AuditError extends Error {
  override readonly name = 'AuditError';
  readonly code: AuditErrorCode;
  /** What the reader can do next, as one imperative sentence. */
  readonly remedy: string;

  constructor(code: AuditErrorCode, message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.remedy = remedy;
  }
}
