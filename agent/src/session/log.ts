// One session's events on disk: a line each, on the disk before its effect is shown.
import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { AgentError } from '../errors.js';
import { type LoggedEvent, logLineSchema, type SessionEvent } from './events.js';
import { lock } from './lock.js';
import { syncFolder } from './sync-folder.js';

export interface SessionLog {
  /** Where it lies. */
  readonly folder: string;
  /** Everything that was appended, ever. Throws `session-damaged`. */
  read(): LoggedEvent[];
  /** All of them or, throwing `session-write`, none. A crash may leave the first of them. */
  append(...events: SessionEvent[]): void;
  close(): void;
}

/**
 * Opens the log for writing, making it where there is none. A last line without its end is what a crash left of an
 * event that nobody saw: it is cut off. Throws `session-busy` and `session-write`.
 */
export function openLog(file: string, now: () => Date = () => new Date()): SessionLog {
  const unlock = lockFor(file);
  try {
    const fd = openSync(file, 'a+', 0o600);
    const bytes = readFileSync(fd);
    let size = bytes.lastIndexOf(0x0a) + 1;
    if (size < bytes.length) ftruncateSync(fd, size);
    if (size === 0) syncFolders(file);
    return {
      folder: dirname(file),
      read: () => readLog(file),
      append(...events) {
        const time = now().toISOString();
        const lines = Buffer.from(events.map((event) => `${JSON.stringify({ time, ...event })}\n`).join(''), 'utf8');
        append(fd, lines, size, file);
        size += lines.length;
      },
      close() {
        closeSync(fd);
        unlock();
      },
    };
  } catch (cause) {
    unlock();
    throw unwritable(file, cause);
  }
}

function lockFor(file: string): () => void {
  try {
    // Sessions hold source code: nobody else's to read.
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    return lock(`${file}.lock`);
  } catch (cause) {
    throw cause instanceof AgentError ? cause : unwritable(file, cause);
  }
}

/** That a session is there is on the disk, too: its folder's name, and the log's. */
function syncFolders(file: string): void {
  syncFolder(dirname(file));
  syncFolder(dirname(dirname(file)));
}

/** The events of a log that somebody else may be writing. Throws `session-damaged`. */
export function readLog(file: string): LoggedEvent[] {
  const text = readFileSync(file, 'utf8');
  return parseLog(text.slice(0, text.lastIndexOf('\n') + 1), file);
}

function parseLog(text: string, file: string): LoggedEvent[] {
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line, i) => {
    try {
      return logLineSchema.parse(JSON.parse(line)) as LoggedEvent;
    } catch (cause) {
      throw new AgentError(
        'session-damaged',
        `Line ${i + 1} of ${file} is not an event of a session.`,
        'Start a new session; another version may have written this one.',
        { cause },
      );
    }
  });
}

function append(fd: number, lines: Buffer, size: number, file: string): void {
  try {
    for (let done = 0; done < lines.length; ) done += writeSync(fd, lines, done);
    fdatasyncSync(fd);
  } catch (cause) {
    // Half a line would make what comes after it unreadable.
    if (fstatSync(fd).size > size) ftruncateSync(fd, size);
    throw unwritable(file, cause);
  }
}

function unwritable(file: string, cause: unknown): AgentError {
  const { message, code = '' } = cause as NodeJS.ErrnoException;
  const isDenied = ['EACCES', 'EPERM', 'EROFS'].includes(code);
  return new AgentError(
    'session-write',
    `The session cannot be written to ${file}: ${message}.`,
    isDenied
      ? 'Let yourself write there, or set COFFERDAM_HOME to another folder.'
      : 'Make room on the disk, then resume the session.',
    { cause },
  );
}
