// Why a job failed, without the rest of its log.
import { type LogLine, type Source, shorten } from './line.js';
import { Part, type Role, roleOf } from './part.js';
import { readLog } from './read.js';
import { Ring } from './ring.js';
import { type Cause, verdictIn } from './verdict.js';

export interface Failure {
  cause: Cause;
  /** The runner's own words. */
  verdict: string | null;
  /** The outermost section that failed, and the last command of the script in it, where known. */
  section: string | null;
  command: string | null;
  /** What explains it, in order; numbers that are missing in between were left out. Empty if the job succeeded. */
  lines: LogLine[];
  /** Lines of the whole log. */
  total: number;
}

/** Lines of the runner's last words. */
const lastWords = 4;

/**
 * Reads the whole log once and keeps about `size` lines of it. How it decides: the outermost section says which part of
 * the job a line belongs to (see `part.ts`); the last part that can be the cause is taken, of it the last command, of its
 * output what looks like the reason (see `excerpt.ts`), and the runner's last words. A script cannot speak for the runner:
 * only lines outside of all sections count as its words.
 */
export async function failure(source: Source, size: number): Promise<Failure> {
  const parts = new Map<Role | 'all', Part>();
  const words = new Ring<LogLine>(lastWords);
  let verdict: { cause: Cause; text: string } | undefined;
  let total = 0;
  let sectioned = false;

  for await (const full of readLog(source)) {
    const line = shorten(full);
    const [section] = line.section;
    total = line.number;
    sectioned ||= section !== undefined;
    if (section === undefined) {
      const cause = verdictIn(line.text);
      if (cause) verdict = { cause, text: line.text.trim() };
      if (sectioned || cause) words.push(line);
      if (!sectioned && !cause) partFor('all', null).add(line);
    } else {
      partFor(roleOf(section), section).add(line);
    }
  }

  function partFor(role: Role | 'all', section: string | null): Part {
    const known = parts.get(role);
    if (known && known.section === section) return known;
    const part = new Part(section, size);
    parts.set(role, part);
    return part;
  }

  const part = parts.get('delivery') ?? parts.get('script') ?? parts.get('preparation') ?? parts.get('all');
  const { cause = 'unfinished', text = null } = verdict ?? {};
  if (cause === 'succeeded' || !part) return { cause, verdict: text, section: null, command: null, lines: [], total };
  return {
    cause,
    verdict: text,
    section: part.section,
    command: part.command,
    lines: withWords(part.lines(), words.toArray()),
    total,
  };
}

/** Words from before the part, such as the runner's greeting, explain nothing. */
function withWords(lines: LogLine[], words: LogLine[]): LogLine[] {
  const end = lines.at(-1)?.number ?? 0;
  return [...lines, ...words.filter(({ number }) => number > end)];
}
