// A job's log as GitLab hands it out ("trace") is raw terminal output; this is what it is made into.

/** The body of `GET /projects/:id/jobs/:job_id/trace`, in whatever pieces it comes. */
export type Source = AsyncIterable<Uint8Array | string>;

export interface LogLine {
  /** Counted from 1 over the cleaned lines. */
  number: number;
  /** Without line end, ANSI codes, section markers and overwritten text. */
  text: string;
  /** Names of the sections it is in, the innermost last. */
  section: readonly string[];
  /** Known where the runner writes timestamps (on by default since 18.7), as is `time`. */
  stream?: 'stdout' | 'stderr';
  /** ISO 8601 in UTC. */
  time?: string;
  /** Whether it echoes a command of the script: `$ npm test`. */
  command?: true;
}

/** Characters kept of one line where lines are collected, so that what is collected stays small. */
const maxShown = 2000;

/** Cuts an overlong line around `at`. */
export function shorten(line: LogLine, at = 0): LogLine {
  const { text } = line;
  if (text.length <= maxShown) return line;
  const from = Math.max(0, Math.min(at - maxShown / 2, text.length - maxShown));
  const to = from + maxShown;
  const before = from > 0 ? `[${from} characters] ` : '';
  const after = to < text.length ? ` [${text.length - to} more characters]` : '';
  return { ...line, text: `${before}${text.slice(from, to).toWellFormed()}${after}` };
}
