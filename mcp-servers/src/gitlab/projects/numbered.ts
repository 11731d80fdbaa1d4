// A file's lines with their numbers, as many as one result holds.
import { ToolError } from '../../kit/index.js';
import { clip, reveal } from '../../untrusted/index.js';

/** Characters of one result, and of one line among others. */
const most = 60_000;
const mostOfALine = 2000;

export interface Numbered {
  /** Each line after its number and a tab, with what is hidden in it made visible. */
  shown: string;
  /** The same lines as they are. */
  content: string;
  start_line: number;
  /** The last line shown; 0 of an empty file. */
  end_line: number;
  total_lines: number;
}

/** Lines from `start` to `end`, counted from 1, both included. Throws ToolError `bad-range` or `past-end`. */
export function numbered(
  text: string,
  { start, end = Infinity }: { start: number; end?: number | undefined },
): Numbered {
  const lines = text.replace(/\r\n/g, '\n').replace(/\n$/, '').split('\n');
  const total_lines = text === '' ? 0 : lines.length;
  if (end < start) throw new ToolError('bad-range', 'end_line is before start_line.', 'Swap them.');
  if (start > Math.max(1, total_lines)) {
    const problem = `The file has ${total_lines} lines; there is no line ${start}.`;
    throw new ToolError('past-end', problem, 'Read an earlier range.');
  }
  const wanted = lines.slice(start - 1, end);
  const cut = wanted.map((line) => clip(line, wanted.length === 1 ? most : mostOfALine).replace(/\n/g, ' '));
  const fitting = cut.slice(0, howManyFit(cut));
  return {
    shown: fitting.map((line, index) => `${start + index}\t${reveal(line, { rendered: false })}`).join('\n'),
    content: fitting.join('\n'),
    start_line: start,
    end_line: total_lines === 0 ? 0 : start + fitting.length - 1,
    total_lines,
  };
}

function howManyFit(lines: readonly string[]): number {
  let room = most;
  const first = lines.findIndex((line) => {
    room -= line.length + 1;
    return room < 0;
  });
  return first < 0 ? lines.length : Math.max(1, first);
}
