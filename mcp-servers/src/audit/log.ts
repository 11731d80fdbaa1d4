// Writes events: one file a writer and day, each line holding the hash of the one before it.
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Ballast } from './ballast.js';
import { DayFile, type Retry } from './day-file.js';
import { AuditError } from './errors.js';
import { type AuditEventInput, encodeEvent, firstPrev, lineHash, maxLineBytes } from './event.js';

export interface AuditLog {
  /** `<name>-<pid>-<random>`; the name of its files. */
  readonly writer: string;
  /** Of events that name none. */
  readonly session: string;
  /**
   * Makes sure that the next event can be written, before something is done that must leave one. Each is followed by an
   * `append`. Throws AuditError `audit-unwritable`.
   */
  reserve(): void;
  /** One line, on its file when this returns. Throws AuditError `audit-unwritable`. */
  append(event: AuditEventInput): void;
  /** Appends an `end` event. Throws AuditError `audit-unwritable` where that cannot be, and is closed all the same. */
  close(): void;
}

export interface AuditLogOptions {
  /** COFFERDAM_HOME; logs are below its folder `audit`. */
  home: string;
  /** Of the server, as a word: the writer's id begins with it. */
  name: string;
  /** Default: the writer's id, for a process that is a session of its own. */
  session?: string | undefined;
  /** Of events that name none. Default: `unknown`. */
  actor?: string | undefined;
  now?: (() => Date) | undefined;
}

/** Opens a log of its own and appends a `start` event. Throws AuditError `audit-unwritable`. */
export function openAuditLog({
  home,
  name,
  session,
  actor = 'unknown',
  now = () => new Date(),
}: AuditLogOptions): AuditLog {
  if (!/^[a-z0-9][a-z0-9-]*$/i.test(name)) throw new TypeError(`${JSON.stringify(name)} cannot begin a file name.`);
  const writer = `${name}-${process.pid}-${randomBytes(4).toString('hex')}`;
  const log = new ChainedLog(join(home, 'audit'), { writer, session: session ?? writer, actor, now });
  try {
    log.append(started);
  } catch (error) {
    log.release();
    throw error;
  }
  return log;
}

const started: AuditEventInput = { kind: 'start', version: '0.1.0', pid: process.pid };

/** For lines that nobody reserved room for, such as those of tool calls. */
const spareBytes = 32_768;

class ChainedLog implements AuditLog {
  readonly writer: string;
  readonly session: string;
  readonly #actor: string;
  readonly #now: () => Date;
  readonly #folder: string;
  readonly #ballast: Ballast;
  #file: DayFile;
  #seq = 0;
  #prev = firstPrev;
  /** Lines that were reserved and not appended yet. */
  #promised = 0;
  /** The last line is written, its head is not. */
  #headIsDue = false;
  #closed = false;

  constructor(
    folder: string,
    { writer, session, actor, now }: { writer: string; session: string; actor: string; now: () => Date },
  ) {
    this.writer = writer;
    this.session = session;
    this.#actor = actor;
    this.#now = now;
    this.#folder = folder;
    try {
      mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
      this.#file = new DayFile(folder, dayOf(now()), writer);
      this.#ballast = new Ballast(join(folder, `${writer}.reserve`));
    } catch (error) {
      throw unwritable(folder, error);
    }
  }

  reserve(): void {
    this.#guard(() => {
      this.#refuseIfDamaged();
      if (this.#headIsDue) this.#writeHead((write) => write());
      if (dayOf(this.#now()) > this.#file.day) this.#turn();
      // A promise that is never kept would ask for ever more.
      const promised = Math.min(this.#promised + 1, 256);
      this.#ballast.hold(spareBytes + promised * maxLineBytes);
      this.#promised = promised;
    });
  }

  append(event: AuditEventInput): void {
    this.#guard(() => {
      this.#promised = Math.max(0, this.#promised - 1);
      this.#refuseIfDamaged();
      if (dayOf(this.#now()) > this.#file.day) this.#turnIfPossible();
      this.#write(event);
    });
  }

  close(): void {
    if (this.#closed) return;
    try {
      this.append({ kind: 'end' });
    } finally {
      this.release();
    }
  }

  /** Lets go of its files. */
  release(): void {
    this.#closed = true;
    this.#file.close();
    this.#ballast.close();
  }

  #write(event: AuditEventInput): void {
    const { session = this.session, actor = this.#actor } = event;
    // A clock that was set back does not put an event on a day before its file's.
    const now = this.#now().toISOString();
    const time = now < this.#file.day ? `${this.#file.day}T00:00:00.000Z` : now;
    const stamp = { time, seq: this.#seq + 1, prev: this.#prev, session, writer: this.writer, actor };
    const line = encodeEvent(stamp, event);
    this.#file.append(`${line}\n`, this.#withRoom);
    this.#seq = stamp.seq;
    this.#prev = lineHash(line);
    this.#writeHead(this.#withRoom);
  }

  #writeHead(retry: Retry): void {
    this.#headIsDue = true;
    retry(() => this.#file.writeHead({ seq: this.#seq, hash: this.#prev }));
    this.#headIsDue = false;
  }

  /** Goes on in a file of the new day. Both files say so, which is how the absence of either is noticed. */
  #turn(): void {
    const old = this.#file;
    const next = new DayFile(this.#folder, dayOf(this.#now()), this.writer);
    try {
      this.#write({ kind: 'end', status: 'continued' });
    } finally {
      this.#file = next;
      old.close();
    }
    this.#write({ ...started, status: 'continued' });
  }

  /** Something has happened and must be recorded: on yesterday's file rather than not at all. `reserve` insists. */
  #turnIfPossible(): void {
    try {
      this.#turn();
    } catch {}
  }

  #withRoom: Retry = (write) => {
    try {
      write();
    } catch (error) {
      if (!isFull(error)) throw error;
      this.#ballast.release();
      write();
    }
  };

  #refuseIfDamaged(): void {
    const damage = this.#file.damage();
    if (damage) throw new Error(damage);
  }

  #guard(work: () => void): void {
    try {
      if (this.#closed) throw new Error('it is closed');
      work();
    } catch (error) {
      throw unwritable(this.#file.path, error);
    }
  }
}

const dayOf = (time: Date): string => time.toISOString().slice(0, 10);

const isFull = (error: unknown): boolean => /^(ENOSPC|EDQUOT)$/.test((error as NodeJS.ErrnoException).code ?? '');

function unwritable(path: string, cause: unknown): AuditError {
  return new AuditError(
    'audit-unwritable',
    `The audit log ${path} cannot be written: ${(cause as Error).message}.`,
    isFull(cause)
      ? 'Make room on its disk, then try again.'
      : 'Nothing is done that could not be recorded: look at that path, then start the server anew.',
    { cause },
  );
}
