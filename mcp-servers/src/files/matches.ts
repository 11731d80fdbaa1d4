// What ripgrep --json says, read record by record.
import { decodePath } from '@cofferdam/sandbox';
import * as z from 'zod';
import { maxRecord } from './ripgrep.js';

/** Text, or base64 of what is not UTF-8. */
const data = z.union([z.object({ text: z.string() }), z.object({ bytes: z.base64() })]);

const recordSchema = z.object({
  type: z.enum(['match', 'context']),
  data: z.object({
    path: data,
    lines: data,
    line_number: z.int(),
    submatches: z.array(z.object({ start: z.int() })),
  }),
});

export interface FoundLines {
  /** As ripgrep names the file. */
  path: string;
  kind: 'match' | 'context';
  /** Number of the first line. */
  line: number;
  /** More than one for a match over several lines. */
  lines: string[];
}

/** Columns shown of a line, around its match: minified files have lines of megabytes. */
const maxColumns = 300;
/** Lines shown of one match over several lines. */
const maxLines = 50;

/** The lines of one record; undefined for other kinds of record, `too-long` for one that was cut. */
export function parseRecord(record: Buffer): FoundLines | 'too-long' | undefined {
  if (record.length >= maxRecord) return 'too-long';
  const parsed = recordSchema.safeParse(JSON.parse(record.toString()));
  if (!parsed.success) return undefined;
  const { type, data } = parsed.data;
  const bytes = bytesOf(data.lines);
  const text = 'text' in data.lines ? data.lines.text : bytes.toString('latin1');
  const start = data.submatches[0]?.start ?? 0;
  const column = 'text' in data.lines ? bytes.subarray(0, start).toString().length : start;
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/, maxLines);
  return {
    path: decodePath(bytesOf(data.path)),
    kind: type,
    line: data.line_number,
    lines: lines.map((line, index) => excerpt(line, index === 0 ? column : 0)),
  };
}

function bytesOf(value: z.infer<typeof data>): Buffer {
  return 'text' in value ? Buffer.from(value.text) : Buffer.from(value.bytes, 'base64');
}

function excerpt(line: string, column: number): string {
  if (line.length <= maxColumns) return line;
  const from = Math.max(0, Math.min(column - maxColumns / 4, line.length - maxColumns));
  const to = from + maxColumns;
  return `${from > 0 ? `[${from} characters] ` : ''}${line.slice(from, to)}${to < line.length ? ` [${line.length - to} more]` : ''}`;
}
