// What only the user can decide about a third-party server.

export interface Change {
  /** What of it: `configuration`, `instructions`, `get_forecast: description`, `new: delete_all`. */
  what: string;
  /** Absent for what is new. */
  before?: string;
  after: string;
}

/** Every text is for people: nothing in it is hidden, and nothing of it may be taken for Cofferdam's own words but `title`. */
export interface ServerQuestion {
  kind: 'server';
  /** The server's name. */
  server: string;
  /** The file that names it. */
  from: string;
  /** One sentence, ending in a question mark. */
  title: string;
  /** What saying yes means, a line each. */
  summary: readonly string[];
  /** Only where the user agreed to something else before. */
  changes?: readonly Change[];
}

export interface ServerAnswer {
  allowed: boolean;
  /** With a no: never ask about this server in this project again. A yes always lasts until something changes. */
  always?: boolean;
}

/** Rejects with the signal's reason when aborted. Where nobody can be asked, the answer is no. */
export type AskAboutServer = (question: ServerQuestion, signal: AbortSignal) => Promise<ServerAnswer>;

/** All of a question, for a terminal or a card. */
export function questionText({ title, from, summary, changes = [] }: ServerQuestion): string {
  const lines = [title, `  (from ${from})`, ...summary.map((line) => `  ${line}`)];
  for (const { what, before, after } of changes) {
    lines.push(`  ${what}`);
    if (before !== undefined) lines.push('    until now:', indented(before), '    now:');
    lines.push(indented(after));
  }
  return lines.join('\n');
}

const indented = (text: string): string => text.replace(/^/gm, '      ');
