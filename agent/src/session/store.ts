// The sessions on this machine: `<home>/sessions/<id>/events.jsonl`.
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AgentError } from '../errors.js';
import type { LoggedEvent } from './events.js';
import { isLocked, lock } from './lock.js';
import { openLog, readLog, type SessionLog } from './log.js';
import { cachedSummary, type SessionSummary } from './summary.js';

/** Sorts by time of creation. */
export function newSessionId(now = new Date()): string {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${stamp}-${randomBytes(3).toString('hex')}`;
}

/** Opens the log of a session that is being made. */
export function createLog(home: string, id: string): SessionLog {
  return openLog(fileOf(home, id));
}

/** Throws `session-not-found` or `session-busy`. */
export function resumeLog(home: string, id: string): SessionLog {
  return openLog(existing(home, id));
}

/** Throws `session-not-found` or `session-damaged`. */
export function readSession(home: string, id: string): LoggedEvent[] {
  return readLog(existing(home, id));
}

/** The one session whose id begins so. Throws `session-not-found`, also where it fits several. */
export function findSession(home: string, prefix: string): string {
  const found = sessionIds(home).filter((id) => id.startsWith(prefix));
  const [id, ...more] = found;
  if (prefix !== '' && id !== undefined && more.length === 0) return id;
  if (prefix === '' || id === undefined) throw notFound(prefix);
  throw new AgentError(
    'session-not-found',
    `${found.length} sessions begin with ${JSON.stringify(prefix)}: ${found.slice(0, 5).join(', ')}.`,
    'Write more of the id.',
  );
}

export interface ListedSession extends SessionSummary {
  /** True while a process works on it. */
  running: boolean;
}

export interface ListOptions {
  /** Only those that were opened on this folder. */
  workspace?: string | undefined;
  /** Told what cannot be read, which is left out. */
  onDamaged(error: unknown): void;
}

/** Oldest first. */
export function listSessions(home: string, { workspace, onDamaged }: ListOptions): ListedSession[] {
  return sessionIds(home).flatMap((id) => {
    try {
      const file = fileOf(home, id);
      const summary = cachedSummary(file, () => readLog(file));
      if (!summary || (workspace !== undefined && summary.workspace !== workspace)) return [];
      return [{ ...summary, running: isLocked(lockOf(file)) }];
    } catch (error) {
      onDamaged(error);
      return [];
    }
  });
}

/**
 * Removes all that the session kept. A crash leaves it whole, or out of every list, and then the next deletion removes the
 * rest. Throws `session-not-found` or `session-busy`.
 */
export function deleteSession(home: string, id: string): void {
  lock(lockOf(existing(home, id)));
  renameSync(sessionFolder(home, id), join(home, 'sessions', `${goingPrefix}${id}`));
  for (const name of readdirSync(join(home, 'sessions'))) {
    if (name.startsWith(goingPrefix)) rmSync(join(home, 'sessions', name), { recursive: true, force: true });
  }
}

const goingPrefix = '.deleted-';

/** Where a session keeps everything it has. */
export function sessionFolder(home: string, id: string): string {
  return join(home, 'sessions', id);
}

function sessionIds(home: string): string[] {
  const folder = join(home, 'sessions');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((id) => isId(id) && existsSync(fileOf(home, id)))
    .sort();
}

function existing(home: string, id: string): string {
  const file = isId(id) ? fileOf(home, id) : undefined;
  if (file && existsSync(file)) return file;
  throw notFound(id);
}

function notFound(id: string): AgentError {
  return new AgentError(
    'session-not-found',
    `There is no session ${JSON.stringify(id)}.`,
    'List them with "cofferdam sessions list".',
  );
}

export const fileOf = (home: string, id: string): string => join(sessionFolder(home, id), 'events.jsonl');

const lockOf = (file: string): string => `${file}.lock`;

const isId = (id: string): boolean => /^[0-9]{8}-[0-9]{6}-[0-9a-f]{6}$/.test(id);
