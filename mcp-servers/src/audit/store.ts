// Where logs lie: `<home>/audit/<day>/<writer>.jsonl`, each with its `.head` beside it.
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AuditError } from './errors.js';
import { type Head, parseHead } from './head.js';

export interface LogFile {
  /** `YYYY-MM-DD` */
  day: string;
  writer: string;
  /** Below the folder of logs: `2026-03-01/files-4711-0a1b2c3d.jsonl`. */
  name: string;
  path: string;
  headPath: string;
}

/** Every log and every head without one, by day and then by writer. Throws AuditError `audit-unreadable`. */
export function listLogs(home: string): LogFile[] {
  const audit = join(home, 'audit');
  return entries(audit)
    .filter((entry) => entry.isDirectory() && /^\d{4}-\d\d-\d\d$/.test(entry.name))
    .map(({ name }) => name)
    .sort()
    .flatMap((day) => {
      const files = entries(join(audit, day)).filter((entry) => entry.isFile());
      const writers = files.flatMap(({ name }) => /^(.+)\.(?:jsonl|head)$/.exec(name)?.[1] ?? []);
      return [...new Set(writers)].sort().map((writer) => ({
        day,
        writer,
        name: `${day}/${writer}.jsonl`,
        path: join(audit, day, `${writer}.jsonl`),
        headPath: join(audit, day, `${writer}.head`),
      }));
    });
}

/** Of a head; what is longer is none. */
const headBytes = 200;

/**
 * Undefined where there is none; `malformed` for what is none, such as a pipe, which would never end, or a link. Throws
 * AuditError `audit-unreadable`.
 */
export function readHead({ headPath }: LogFile): Head | 'malformed' | undefined {
  try {
    const found = lstatSync(headPath, { throwIfNoEntry: false });
    if (!found) return undefined;
    if (!found.isFile() || found.size > headBytes) return 'malformed';
    return parseHead(readFileSync(headPath, 'utf8')) ?? 'malformed';
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw unreadable(headPath, error);
  }
}

/** False for what is there and no file, such as a link: none of it is read. Throws AuditError `audit-unreadable`. */
export function exists({ path }: LogFile): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch (error) {
    throw unreadable(path, error);
  }
}

export function unreadable(path: string, cause: unknown): AuditError {
  return new AuditError(
    'audit-unreadable',
    `${path} cannot be read: ${(cause as Error).message}.`,
    'Run this as the user who owns the logs, or as one who may read them.',
    { cause },
  );
}

function entries(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (isAbsent(error)) return [];
    throw unreadable(folder, error);
  }
}

const isAbsent = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';
