// The sessions on this machine: `<home>/sessions/<id>/events.jsonl`.
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AgentError } from '../errors.js';
import type { LoggedEvent, StopReason, UserBlock } from './events.js';
import { lock } from './lock.js';
import { openLog, readLog, type SessionLog } from './log.js';

export interface SessionSummary {
  id: string;
  workspace: string;
  model: string;
  /** ISO 8601. */
  createdAt: string;
  /** The user's first message. */
  task: string;
  /** How it last stopped; null while it runs or after a crash. */
  stopped: StopReason | null;
  /** The sandbox that holds the session's copy. */
  sandbox: string | null;
}

/** Sorts by time of creation. */
export function newSessionId(now = new Date()): string {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${stamp}-${randomBytes(3).toString('hex')}`;
}

/** Opens the log of a session that is being made. */
export function createLog(home: string, id: string): SessionLog {
  return openLog(fileOf(home, id));
}

/** Throws `session-not-found`, `session-busy` or `session-damaged`. */
export function resumeLog(home: string, id: string): SessionLog {
  return openLog(existing(home, id));
}

/** Throws `session-not-found` or `session-damaged`. */
export function readSession(home: string, id: string): LoggedEvent[] {
  return readLog(existing(home, id));
}

/** Oldest first. What cannot be read is told to `onDamaged` and left out. */
export function listSessions(home: string, onDamaged: (error: unknown) => void): SessionSummary[] {
  const folder = join(home, 'sessions');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((id) => isId(id) && existsSync(fileOf(home, id)))
    .sort()
    .flatMap((id) => {
      try {
        return summarise(readSession(home, id));
      } catch (error) {
        onDamaged(error);
        return [];
      }
    });
}

/** Throws `session-not-found` or `session-busy`. */
export function deleteSession(home: string, id: string): void {
  lock(`${existing(home, id)}.lock`);
  rmSync(join(home, 'sessions', id), { recursive: true });
}

export function summarise(events: readonly LoggedEvent[]): SessionSummary[] {
  const [first] = events;
  if (first?.kind !== 'session') return [];
  const task = events.find((event) => event.kind === 'message');
  const last = events.findLast((event) => event.kind === 'stop' || event.kind === 'message');
  const sandbox = events.findLast((event) => event.kind === 'sandbox');
  return [
    {
      id: first.id,
      workspace: first.workspace,
      model: first.model,
      createdAt: first.time,
      task: task?.kind === 'message' ? textOf(task.content) : '',
      stopped: last?.kind === 'stop' ? last.reason : null,
      sandbox: sandbox?.kind === 'sandbox' ? sandbox.id : null,
    },
  ];
}

function existing(home: string, id: string): string {
  const file = isId(id) ? fileOf(home, id) : undefined;
  if (file && existsSync(file)) return file;
  throw new AgentError(
    'session-not-found',
    `There is no session ${JSON.stringify(id)}.`,
    'List them with "cofferdam sessions list".',
  );
}

function textOf(content: readonly UserBlock[]): string {
  return content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
}

/** Where a session keeps everything it has. */
export function sessionFolder(home: string, id: string): string {
  return join(home, 'sessions', id);
}

const fileOf = (home: string, id: string): string => join(home, 'sessions', id, 'events.jsonl');

const isId = (id: string): boolean => /^[0-9]{8}-[0-9]{6}-[0-9a-f]{6}$/.test(id);
