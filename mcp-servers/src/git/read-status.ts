// `git status` as data.
import { dirname } from 'node:path/posix';
import { type Repository, relativePaths } from './repository.js';
import { texts } from './text.js';

const WORDS = {
  A: 'added',
  M: 'modified',
  D: 'deleted',
  R: 'renamed',
  C: 'copied',
  T: 'type changed',
} as const;

type Kind = (typeof WORDS)[keyof typeof WORDS];

export interface StatusEntry {
  path: string;
  /** The earlier path of what was renamed or copied. */
  from?: string;
  /** What the next commit would hold. */
  staged?: Kind;
  /** What differs between the working tree and the index. */
  unstaged?: Kind | 'untracked' | 'conflict';
}

export interface Status {
  upstream?: string;
  ahead?: number;
  behind?: number;
  entries: StatusEntry[];
  /** True when there were more entries than Git could name in the bounds of `runGit`. */
  truncated: boolean;
}

/** Entries at or below `paths` (all without); `untracked: 'normal'` names a folder of untracked files once. */
export async function readStatus(
  repository: Repository,
  options: { paths?: readonly string[] | undefined; untracked: 'all' | 'normal' | 'no'; renames: boolean },
): Promise<Status> {
  const wanted = await relativePaths(repository, options.paths);
  const { stdout, truncated } = await repository.run([
    'status',
    '--porcelain=v2',
    '--branch',
    '-z',
    `--untracked-files=${options.untracked}`,
    '--ignore-submodules=dirty',
    options.renames ? '--find-renames' : '--no-renames',
    '--',
    ...wanted.map(nearestUtf8),
  ]);
  const status = parse(texts(stdout));
  const entries = status.entries.filter(({ path }) => wanted.length === 0 || wanted.some((one) => covers(one, path)));
  return { ...status, entries, truncated };
}

/** True when `path` is `wanted` or lies below it. */
export function covers(wanted: string, path: string): boolean {
  return wanted === '.' || path === wanted || path === `${wanted}/` || path.startsWith(`${wanted}/`);
}

/** Node cannot pass names that are not UTF-8 to a program: ask about the folder, and filter the answer. */
export function nearestUtf8(path: string): string {
  return path.isWellFormed() ? path : nearestUtf8(dirname(path));
}

function parse(records: string[]): Omit<Status, 'truncated'> {
  const status: Omit<Status, 'truncated'> = { entries: [] };
  for (let i = 0; i < records.length; i++) {
    const record = records[i] ?? '';
    const type = record[0];
    if (record.startsWith('# branch.upstream ')) status.upstream = record.slice(18);
    else if (record.startsWith('# branch.ab ')) {
      const [ahead = 0, behind = 0] = record.slice(12).split(' ').map(Number);
      Object.assign(status, { ahead, behind: Math.abs(behind) });
    } else if (type === '?') status.entries.push({ path: record.slice(2), unstaged: 'untracked' });
    else if (type === 'u') status.entries.push({ path: afterSpaces(record, 10), unstaged: 'conflict' });
    else if (type === '1') status.entries.push({ path: afterSpaces(record, 8), ...changes(record) });
    else if (type === '2') {
      i += 1;
      status.entries.push({ path: afterSpaces(record, 9), from: records[i] ?? '', ...changes(record) });
    }
  }
  return status;
}

/** The two letters of "1 XY ...". */
function changes(record: string): Pick<StatusEntry, 'staged' | 'unstaged'> {
  const [, , x = '', y = ''] = record;
  const staged = WORDS[x as keyof typeof WORDS];
  const unstaged = WORDS[y as keyof typeof WORDS];
  return { ...(staged && { staged }), ...(unstaged && { unstaged }) };
}

/** What follows the first `count` fields: a path may hold spaces. */
function afterSpaces(record: string, count: number): string {
  let at = 0;
  for (let i = 0; i < count; i++) at = record.indexOf(' ', at) + 1;
  return record.slice(at);
}
