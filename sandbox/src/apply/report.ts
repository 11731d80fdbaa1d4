// What an apply tells, and how a change that cannot be applied is turned down.
import { SandboxError } from '../errors.js';

export interface ApplyReport {
  /** Paths that are now as the session had them, sorted. */
  applied: string[];
  /** The workspace has something else than the session started from; left as it is. */
  conflicts: { path: string; reason: string }[];
  /** Never written, whatever the workspace holds. */
  refused: { path: string; reason: string }[];
}

/** Turns down one change; the others go on. */
export class Objection extends Error {
  readonly verdict: 'conflicts' | 'refused';

  constructor(verdict: 'conflicts' | 'refused', reason: string) {
    super(reason);
    this.verdict = verdict;
  }
}

export function conflict(reason: string): Objection {
  return new Objection('conflicts', reason);
}

export function refusal(reason: string): Objection {
  return new Objection('refused', reason);
}

/** Turns down a whole run because of one path, before anything was written. */
export function failure(path: string, cause: unknown): SandboxError {
  if (cause instanceof SandboxError) return cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  const name = JSON.stringify(path);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new SandboxError(
      'disk-full',
      `There is no room for ${name}; nothing was applied.`,
      "Free space on the workspace's disk and apply again.",
      { cause },
    );
  }
  const remedy =
    code === 'EROFS'
      ? 'Make the file system of the workspace writable and apply again.'
      : code === 'EACCES' || code === 'EPERM'
        ? 'Give yourself write access to its folder and apply again.'
        : 'Mend that and apply again.';
  return new SandboxError('apply-failed', `${name} cannot be written (${message}); nothing was applied.`, remedy, {
    cause,
  });
}
