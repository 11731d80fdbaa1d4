// Heads of logs as an earlier verification printed them, kept where whoever may write the logs may not.
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { AuditError } from './errors.js';
import { unreadable } from './store.js';

const keptSchema = z.object({
  file: z.string(),
  writer: z.string(),
  head: z.object({ seq: z.int().min(1), hash: z.string().regex(/^[0-9a-f]{64}$/) }).nullable(),
});

export interface KeptHead {
  /** `<day>/<writer>.jsonl` */
  file: string;
  writer: string;
  seq: number;
  hash: string;
}

/** Reads what `cofferdam audit verify --json` printed. Throws AuditError `audit-heads` or `audit-unreadable`. */
export function readKeptHeads(path: string): KeptHead[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
  return text.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return [];
    try {
      const { head, ...kept } = keptSchema.parse(JSON.parse(line));
      return head ? [{ ...kept, ...head }] : [];
    } catch (cause) {
      throw new AuditError(
        'audit-heads',
        `Line ${i + 1} of ${path} is not the head of a log.`,
        'Give a file that holds the output of "cofferdam audit verify --json".',
        { cause },
      );
    }
  });
}
