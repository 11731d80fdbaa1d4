// A new session that begins as a copy of another.
import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { effective, startOf } from './effective.js';
import type { LoggedEvent } from './events.js';
import { readSession, sessionFolder } from './store.js';
import { syncFolder } from './sync-folder.js';

export interface Fork {
  from: string;
  /** The new session. Its folder may hold checkpoints already. */
  id: string;
  /** Up to, and without, this prompt; undefined: all of it. */
  prompt: number | undefined;
  /** The sandbox that holds the copy of the files, and the checkpoint that they come from. */
  sandbox: string;
  checkpoint: string;
}

/**
 * Writes the new session's log; from then on it needs nothing of the other one. A crash leaves no half of it. Throws
 * `session-not-found`, `session-damaged`.
 */
export function forkLog(home: string, { from, id, prompt, sandbox, checkpoint }: Fork): void {
  const events = effective(readSession(home, from));
  const kept = prompt === undefined ? events : events.slice(0, startOf(events, prompt));
  const [first, ...rest] = kept;
  if (first?.kind !== 'session') return;
  const time = new Date().toISOString();
  const prompts = kept.filter((event) => event.kind === 'message' && event.from === 'user').length;
  const copy: LoggedEvent[] = [
    { ...first, id, forkedFrom: { session: from, prompt: prompt ?? null }, time },
    ...rest.filter(({ kind }) => kind !== 'sandbox'),
    { kind: 'sandbox', id: sandbox, time },
    // It may have been kept only after the prompt was said.
    { kind: 'checkpoint', prompt: prompts + 1, name: checkpoint, time },
  ];
  const folder = sessionFolder(home, id);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const other = sessionFolder(home, from);
  if (existsSync(join(other, 'context.json'))) copyFileSync(join(other, 'context.json'), join(folder, 'context.json'));
  if (existsSync(join(other, 'results'))) share(join(other, 'results'), join(folder, 'results'));
  const file = join(folder, 'events.jsonl');
  const unfinished = `${file}.new`;
  try {
    const lines = copy.map((event) => `${JSON.stringify(event)}\n`).join('');
    writeFileSync(unfinished, lines, { mode: 0o600, flush: true });
    renameSync(unfinished, file);
    for (const changed of [folder, dirname(folder)]) syncFolder(changed);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

/** The same files under further names, where the file system can: they are written once, and take long to copy. */
function share(from: string, to: string): void {
  mkdirSync(to, { mode: 0o700 });
  for (const name of readdirSync(from)) {
    try {
      linkSync(join(from, name), join(to, name));
    } catch {
      copyFileSync(join(from, name), join(to, name));
    }
  }
}
