// One session's events on disk: appended one line at a time, each with a single write before its effect is shown.
import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { AgentError } from '../errors.js';
import { logLineSchema, type SessionEvent } from './events.js';
import { lock } from './lock.js';

export interface SessionLog {
  /** What the file held when it was opened. */
  readonly past: readonly SessionEvent[];
  append(event: SessionEvent): void;
  close(): void;
}

/**
 * Opens the log for writing, making it where there is none. A last line without its end is what a crash left of an
 * event that nobody saw: it is cut off. Throws `session-busy`, `session-damaged` or `session-write`.
 */
export function openLog(file: string, now: () => Date = () => new Date()): SessionLog {
  // Sessions hold source code: nobody else's to read.
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const unlock = lock(`${file}.lock`);
  try {
    const fd = openSync(file, 'a+', 0o600);
    const bytes = readFileSync(fd);
    const whole = bytes.lastIndexOf(0x0a) + 1;
    const past = parseLog(bytes.toString('utf8', 0, whole), file);
    if (whole < bytes.length) ftruncateSync(fd, whole);
    return {
      past,
      append: (event) => write(fd, `${JSON.stringify({ time: now().toISOString(), ...event })}\n`, file),
      close() {
        closeSync(fd);
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

/** The events of a log that somebody else may be writing. Throws `session-damaged`. */
export function readLog(file: string): (SessionEvent & { time: string })[] {
  const text = readFileSync(file, 'utf8');
  return parseLog(text.slice(0, text.lastIndexOf('\n') + 1), file);
}

function parseLog(text: string, file: string): (SessionEvent & { time: string })[] {
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line, i) => {
    try {
      return logLineSchema.parse(JSON.parse(line)) as SessionEvent & { time: string };
    } catch (cause) {
      throw new AgentError(
        'session-damaged',
        `Line ${i + 1} of ${file} is not an event of a session.`,
        'Start a new session; a newer version may have written this one.',
        { cause },
      );
    }
  });
}

function write(fd: number, line: string, file: string): void {
  const bytes = Buffer.from(line, 'utf8');
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
  } catch (cause) {
    throw new AgentError(
      'session-write',
      `The session cannot be written to ${file}: ${(cause as Error).message}.`,
      'Make room on the disk, then resume the session.',
      { cause },
    );
  }
}
