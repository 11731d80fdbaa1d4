// The three forms of a search's result, each read until a page is full.
import { decodePath } from '@cofferdam/sandbox';
import { type FoundLines, parseRecord } from './matches.js';
import { count, showPath } from './names.js';
import { pastEnd, readOn } from './paging.js';
import { ripgrep, type Search } from './ripgrep.js';

const maxMatches = 200;
const maxFiles = 500;
/** Characters of text; some 12,000 tokens. */
const maxText = 48_000;

interface Query {
  search: Search;
  /** Matches, or files, to skip. */
  offset: number;
  /** Lines around each match. */
  context: number;
  /** Turns a path of ripgrep's into one relative to the root. */
  pathOf(path: string): string;
  accepts(path: string): boolean;
}

export interface Found {
  /** Empty when nothing was found. */
  text: string;
  matches: { path: string; line?: number; text?: string; count?: number }[];
  /** The offset to read on with; null at the end. */
  next: number | null;
}

export async function foundFiles({ search, offset, pathOf, accepts }: Query): Promise<Found> {
  async function* files() {
    for await (const record of ripgrep(search)) yield { path: pathOf(decodePath(record)) };
  }
  return pageOfFiles(files(), offset, accepts, ({ path }) => showPath(path));
}

export async function foundCounts({ search, offset, pathOf, accepts }: Query): Promise<Found> {
  /** `path NUL count LF path NUL count LF`: a record holds the count of one file and the path of the next. */
  async function* counts() {
    let path: string | undefined;
    for await (const record of ripgrep(search)) {
      const end = record.indexOf(0x0a);
      if (path !== undefined) yield { path: pathOf(path), count: Number(record.subarray(0, end)) };
      path = decodePath(path === undefined ? record : record.subarray(end + 1));
    }
  }
  return pageOfFiles(counts(), offset, accepts, (match) => `${showPath(match.path)}: ${match.count}`);
}

async function pageOfFiles<Match extends { path: string }>(
  found: AsyncIterable<Match>,
  offset: number,
  accepts: Query['accepts'],
  show: (match: Match) => string,
): Promise<Found> {
  const matches: Match[] = [];
  let seen = 0;
  let next: number | null = null;
  for await (const match of found) {
    if (!accepts(match.path)) continue;
    if (matches.length === maxFiles) {
      next = seen;
      break;
    }
    seen += 1;
    if (seen > offset) matches.push(match);
  }
  if (offset > 0 && matches.length === 0) throw pastEnd(offset, seen);
  return { text: matches.map(show).join('\n') + readOn(`Files ${offset + 1}-${seen}`, next), matches, next };
}

export async function foundLines({ search, offset, context, pathOf, accepts }: Query): Promise<Found> {
  const page = new LinePage(context);
  let seen = 0;
  let tooLong = 0;
  let next: number | null = null;
  for await (const record of ripgrep(search)) {
    const found = parseRecord(record);
    if (found === 'too-long') tooLong += 1;
    if (!found || found === 'too-long') continue;
    found.path = pathOf(found.path);
    if (!accepts(found.path)) continue;
    if (found.kind === 'context') {
      page.addContext(found);
      continue;
    }
    if (page.isFull) {
      next = seen;
      break;
    }
    seen += 1;
    if (seen > offset) page.addMatch(found);
  }
  if (offset > 0 && page.matches.length === 0) throw pastEnd(offset, seen);
  const left = tooLong > 0 ? `\n\n[${count(tooLong, 'match')} left out: on lines longer than 1 MiB.]` : '';
  return { text: page.text + left + readOn(`Matches ${offset + 1}-${seen}`, next), matches: page.matches, next };
}

/** Lines under the name of their file, `12:` before a match and `12-` before context. */
class LinePage {
  readonly matches: { path: string; line: number; text: string }[] = [];
  text = '';
  readonly #context: number;
  /** Context that stands before a match that is yet to come. */
  #before: FoundLines[] = [];
  #last: { path: string; line: number; matchedLine: number } | undefined;

  constructor(context: number) {
    this.#context = context;
  }

  get isFull(): boolean {
    return this.matches.length >= maxMatches || this.text.length >= maxText;
  }

  addContext(found: FoundLines): void {
    const last = this.#last;
    const after = last && last.path === found.path && found.line <= last.matchedLine + this.#context;
    if (after) this.#write(found);
    else this.#before = [...this.#before, found].slice(-this.#context);
  }

  addMatch(found: FoundLines): void {
    const { path, line, lines } = found;
    for (const earlier of this.#before)
      if (earlier.path === path && earlier.line >= line - this.#context) this.#write(earlier);
    this.#before = [];
    this.#write(found);
    this.matches.push({ path, line, text: lines.join('\n') });
  }

  #write({ path, kind, line, lines }: FoundLines): void {
    const last = this.#last;
    if (last?.path !== path) this.text += `${last ? '\n\n' : ''}${showPath(path)}`;
    else if (this.#context > 0 && line > last.line + 1) this.text += '\n--';
    const mark = kind === 'match' ? ':' : '-';
    for (const [index, text] of lines.entries()) this.text += `\n${line + index}${mark} ${text}`;
    const end = line + lines.length - 1;
    this.#last = { path, line: end, matchedLine: kind === 'match' ? end : (last?.matchedLine ?? 0) };
  }
}
