// One writer a session: two agents that both resume it would answer each other's calls.
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { AgentError } from '../errors.js';

/** Taking over a dead owner's lock is a matter of microseconds: whoever began it longer ago died over it. */
const takeoverLimitMs = 5_000;

/** Takes the lock and returns what gives it back. A lock whose process is gone does not count. Throws `session-busy`. */
export function lock(file: string): () => void {
  if (!create(file, ownName()) && !takeOver(file)) throw busy(file);
  return () => rmSync(file, { force: true });
}

/** True while a process that lives holds the lock. */
export function isLocked(file: string): boolean {
  const owner = readOwner(file);
  if (owner === undefined) return false;
  // Whoever makes it writes its name into it a moment later.
  return owner === 'unnamed' ? isFresh(file) : isAlive(owner);
}

/** Only one at a time looks whether the owner is dead and takes its place: else each could remove the other's new lock. */
function takeOver(file: string): boolean {
  const guard = `${file}.taking`;
  if (!create(guard, ownName())) {
    if (isFresh(guard)) return false;
    rmSync(guard, { force: true });
    if (!create(guard, ownName())) return false;
  }
  try {
    if (isLocked(file)) return false;
    rmSync(file, { force: true });
    return create(file, ownName());
  } finally {
    rmSync(guard, { force: true });
  }
}

/** False when it is there already. */
function create(file: string, content: string): boolean {
  try {
    writeFileSync(file, content, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function isFresh(file: string): boolean {
  const made = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return Date.now() - made < takeoverLimitMs;
}

/** `PID START`: numbers are used again, by processes that started later. */
function ownName(): string {
  return `${process.pid} ${statusOf(process.pid)?.start ?? ''}`;
}

interface Owner {
  pid: number;
  start: string;
}

function readOwner(file: string): Owner | 'unnamed' | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    if (text === '') return 'unnamed';
    const [pid, start = ''] = text.split(' ');
    return { pid: Number(pid), start };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive({ pid, start }: Owner): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = statusOf(pid);
  // One that nobody has buried yet still has its number.
  if (now?.state === 'Z') return false;
  return start === '' || now === undefined || start === now.start;
}

/** Fields 3 and 22 of proc(5) stat: the start is in ticks since the machine's. Undefined where there is no such thing. */
function statusOf(pid: number): { state: string; start: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets, which may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', start: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

function busy(file: string): AgentError {
  const owner = readOwner(file);
  return new AgentError(
    'session-busy',
    `The session is in use by process ${typeof owner === 'object' ? owner.pid : 'unknown'}.`,
    `Wait until it ends, or stop it. If it is no Cofferdam at all, delete ${file}.`,
  );
}
