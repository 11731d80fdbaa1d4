// A session for other readers than the agent.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transcript } from '../render/transcript.js';
import { readSession, sessionFolder } from '../session/index.js';
import type { ExportFormat } from './extension.js';

/** Throws `session-not-found`, `session-damaged`. */
export function exportText(home: string, id: string, format: ExportFormat): string {
  const events = readSession(home, id);
  return format === 'markdown' ? transcript(events) : `${JSON.stringify(events, undefined, 2)}\n`;
}

/** Beside the session's log, readable by the user alone; answers the file. */
export function exportFile(home: string, id: string, format: ExportFormat): string {
  const file = join(sessionFolder(home, id), format === 'markdown' ? 'transcript.md' : 'transcript.json');
  writeFileSync(file, exportText(home, id, format), { mode: 0o600 });
  return file;
}
