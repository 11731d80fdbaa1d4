// The ways to read a log: each takes the stream, reads as much of it as it must, and says how to go on.
import { ToolError } from '../../kit/index.js';
import { clip, reveal } from '../../untrusted/index.js';
import * as logs from '../job-log/index.js';
import { type Data, render, tidy } from '../toolkit/render.js';
import type { Found } from '../toolkit/tool.js';

export const modes = ['failure', 'tail', 'grep', 'range', 'sections', 'window'] as const;

export interface LogOptions {
  pattern?: string | undefined;
  regex?: boolean | undefined;
  ignore_case?: boolean | undefined;
  context: number;
  offset?: number | undefined;
  limit?: number | undefined;
}

type Reading = Pick<Found, 'data' | 'text' | 'note'>;
type Reader = (log: logs.Source, options: LogOptions) => Promise<Reading>;

/** Characters of one result. */
const longest = 60_000;
const most = { lines: 2000, matches: 200 };

const causes: Record<logs.Cause, string> = {
  script: 'A command of the job failed.',
  timeout: 'The job took too long.',
  image: "The job's image cannot be had.",
  runner: 'The runner, or what it runs on, failed.',
  canceled: 'The job was canceled.',
  succeeded: 'The job succeeded.',
  unfinished: 'The log does not say how the job ended: it runs still, or its log was cut off.',
};

export const readers: Record<(typeof modes)[number], Reader> = {
  async failure(log, { limit = 100 }) {
    const { lines, total, ...found } = await logs.failure(log, Math.min(limit, most.lines));
    const why = causes[found.cause];
    if (found.cause === 'succeeded')
      return reading({ ...found, total_lines: total }, '', `${why} Read its end with mode tail.`);
    const note = `${why} Shown is what may explain it, of ${total} lines; for others use mode tail, range or grep.`;
    return reading({ ...found, total_lines: total }, showLines(fitting(lines)), note);
  },

  async tail(log, { limit = 100 }) {
    const { lines, total } = await logs.tail(log, Math.min(limit, most.lines));
    const shown = fitting(lines, 'end');
    const before = (shown[0]?.number ?? 1) > 1 ? 'What comes before: mode range with offset and limit.' : '';
    return reading({ total_lines: total }, showLines(shown), before);
  },

  async range(log, { offset = 1, limit = 200 }) {
    const { lines, more } = await logs.range(log, Math.max(1, offset), Math.min(limit, most.lines));
    const shown = fitting(lines);
    const next = more || shown.length < lines.length ? numberAfter(shown) : undefined;
    const end = lines.length > 0 ? 'That is the end of the log.' : `The log ends before line ${offset}.`;
    return reading(
      { next_offset: next },
      showLines(shown),
      next === undefined ? end : `The log goes on: offset ${next}.`,
    );
  },

  async grep(log, { pattern, regex, ignore_case: ignoreCase, context, offset = 1, limit = 20 }) {
    if (pattern === undefined)
      throw new ToolError('no-pattern', 'It is not said what to look for.', 'Give a `pattern`.');
    const wanted = { pattern, regex, ignoreCase, context, from: offset, maxMatches: Math.min(limit, most.matches) };
    const { lines, matches, next } = await logs.grep(log, wanted);
    const shown = fitting(lines);
    const further = shown.length < lines.length ? numberAfter(shown) : (next ?? undefined);
    const matching_lines = matches.filter((number) => further === undefined || number < further);
    return reading(
      { matching_lines, next_offset: further },
      showLines(shown),
      matchNote(matches.length, further, regex),
    );
  },

  async sections(log) {
    const found = await logs.sections(log);
    const sections = found.sections.map(({ firstLine: first_line, lastLine: last_line, ...rest }) => ({
      ...rest,
      first_line,
      last_line,
    }));
    return {
      data: { total_lines: found.lines, sections },
      note: sections.length > 0 ? 'Read one: mode range with its first_line as offset.' : 'The log has no sections.',
    };
  },

  async window(log, { offset = 0, limit = 30_000 }) {
    const { text, end, more } = await logs.window(log, offset, Math.min(limit, longest));
    const next = more ? end : undefined;
    const note = more ? `The log goes on: offset ${end}.` : `That is the end of the log, at byte ${end}.`;
    return reading({ next_offset: next }, clip(reveal(text, { rendered: false }), 2 * longest), note);
  },
};

function reading(facts: Data, log: string, note: string): Reading {
  const known = tidy(facts, { rendered: false }) as Data;
  const text = [render(known), reveal(log, { rendered: false })].filter(Boolean).join('\n');
  return { data: { ...facts, log }, text, note };
}

/** The first lines that fit into one result, or of the end the last. What hides in them takes room once it is visible. */
function fitting(lines: readonly logs.LogLine[], side: 'start' | 'end' = 'start'): logs.LogLine[] {
  const kept: logs.LogLine[] = [];
  let room = longest;
  for (const line of side === 'start' ? lines : lines.toReversed()) {
    const text = reveal(line.text, { rendered: false });
    room -= text.length + 10;
    if (room < 0) break;
    kept.push({ ...line, text });
  }
  return side === 'start' ? kept : kept.reverse();
}

const numberAfter = (lines: readonly logs.LogLine[]) => (lines.at(-1)?.number ?? 0) + 1;

const showLines = (lines: readonly logs.LogLine[]) => logs.showLines(lines, { numbers: true });

function matchNote(matches: number, next: number | undefined, regex = false): string {
  if (next !== undefined) return `More matches: offset ${next}.`;
  if (matches > 0) return 'There are no more matches.';
  return regex ? 'No line matches.' : 'No line holds this text. Other case: ignore_case. A pattern: regex.';
}
