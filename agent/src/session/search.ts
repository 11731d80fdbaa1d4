// Finds sessions by what was said and done in them.
import { readFileSync } from 'node:fs';
import type { SessionEvent } from './events.js';
import { readLog } from './log.js';
import { fileOf, type ListedSession, type ListOptions, listSessions } from './store.js';
import { textOf } from './summary.js';

export interface FoundSession extends ListedSession {
  /** The words around the first place, on one line. */
  excerpt: string;
}

/** Characters of an excerpt on each side of what was found. */
const around = 60;

/** Sessions in whose prompts, answers, or calls' arguments the text stands, in any case of letters. Oldest first. */
export function searchSessions(home: string, text: string, options: ListOptions): FoundSession[] {
  const wanted = text.toLowerCase();
  return listSessions(home, options).flatMap((session) => {
    const file = fileOf(home, session.id);
    // Most logs hold nothing of it: they need not be parsed.
    if (!readFileSync(file, 'utf8').toLowerCase().includes(JSON.stringify(wanted).slice(1, -1))) return [];
    for (const event of readLog(file)) {
      const found = wordsOf(event);
      const at = found.toLowerCase().indexOf(wanted);
      if (at >= 0) return [{ ...session, excerpt: excerptOf(found, at, wanted.length) }];
    }
    return [];
  });
}

function wordsOf(event: SessionEvent): string {
  switch (event.kind) {
    case 'message':
      return event.from === 'user' ? textOf(event.content) : '';
    case 'answer':
      return event.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
    case 'tool-start':
      return Object.values(event.input)
        .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
        .join('\n');
    case 'applied':
      return event.applied.join('\n');
    default:
      return '';
  }
}

function excerptOf(text: string, at: number, length: number): string {
  const start = Math.max(0, at - around);
  const end = at + length + around;
  const middle = text.slice(start, end).replace(/\s+/g, ' ').trim().toWellFormed();
  return `${start > 0 ? '…' : ''}${middle}${end < text.length ? '…' : ''}`;
}
