// The row in which a person types: as much of the line as there is room for, around the cursor.
import { printable } from './text.js';

const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const none = /\p{M}|[\u200b-\u200d]/u;

/** Columns that the text takes, as terminals count them. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const point of text) columns += none.test(point) ? 0 : wide.test(point) ? 2 : 1;
  return columns;
}

export interface Window {
  text: string;
  /** Columns before the cursor. */
  cursor: number;
}

/** What of `line` is seen in `room` columns; `cursor` counts UTF-16 units, as readline does. */
export function windowOf(line: string, cursor: number, room: number): Window {
  const before = [...visible(line.slice(0, cursor))];
  const after = [...visible(line.slice(cursor))];
  let left = room;
  const fits = (point: string) => {
    left -= columnsOf(point);
    return left >= 0;
  };
  const from = before.length - before.toReversed().findIndex((point) => !fits(point));
  const head = left < 0 ? before.slice(from).join('') : before.join('');
  left = room - columnsOf(head);
  const to = after.findIndex((point) => !fits(point));
  return { text: head + after.slice(0, to === -1 ? undefined : to).join(''), cursor: columnsOf(head) };
}

const visible = (text: string): string => printable(text).replaceAll('\n', '⏎').replaceAll('\t', ' ');
