import { clip } from '../../untrusted/index.js';

/**
 * As many whole lines of `text` as fit into `room` characters, from line `first` (counted from 1) on. A line that is longer
 * than all of the room is cut. `next` is the line to go on with, if there are `more`.
 */
export function linesFrom(text: string, first: number, room: number): { text: string; next?: number; more: number } {
  const lines = text
    .replace(/\n$/, '')
    .split('\n')
    .slice(Math.max(0, first - 1));
  let length = 0;
  const end = lines.findIndex((line) => {
    length += line.length + 1;
    return length > room;
  });
  const count = end < 0 ? lines.length : Math.max(1, end);
  const shown = clip(lines.slice(0, count).join('\n'), room);
  const more = lines.length - count;
  return { text: shown, more, ...(more > 0 && { next: Math.max(1, first) + count }) };
}
