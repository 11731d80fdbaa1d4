// One writer a session: two agents that both resume it would answer each other's calls.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { AgentError } from '../errors.js';

/** Takes the lock and returns what gives it back. A lock whose process is gone does not count. Throws `session-busy`. */
export function lock(file: string): () => void {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const owner = Number(readFileSync(file, 'utf8'));
    if (owner !== process.pid && !isAlive(owner)) {
      rmSync(file, { force: true });
      return lock(file);
    }
    throw new AgentError(
      'session-busy',
      `The session is in use by process ${owner}.`,
      `Wait until it ends, or stop it. If it is no Cofferdam at all, delete ${file}.`,
    );
  }
  return () => rmSync(file, { force: true });
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
