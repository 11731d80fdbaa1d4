// Which arguments of our tools are paths, and how rules see them.
import { posix } from 'node:path';
import { type Glob, matchesGlob, reachesGlob } from './glob.js';
import type { CallFacts } from './types.js';

interface PathArguments {
  keys: readonly string[];
  /** What the tool takes where none is given. */
  absent?: string;
  /** It acts on all that lies below a folder, or shows it. */
  whole?: boolean;
}

/** Every tool of ours that takes paths; a test compares this with the tools' own definitions. */
export const pathArguments: Record<string, PathArguments> = {
  'files.read_file': { keys: ['path'] },
  'files.write_file': { keys: ['path'] },
  'files.edit_file': { keys: ['path'] },
  'files.make_directory': { keys: ['path'] },
  'files.stat': { keys: ['path'] },
  'files.list_directory': { keys: ['path'], absent: '.' },
  'files.tree': { keys: ['path'], absent: '.' },
  'files.glob': { keys: ['path'], absent: '.' },
  'files.grep': { keys: ['path'], absent: '.', whole: true },
  'files.delete': { keys: ['path'], whole: true },
  'files.move': { keys: ['from', 'to'], whole: true },
  'git.git_status': { keys: ['paths'], absent: '.' },
  'git.git_log': { keys: ['paths'], absent: '.' },
  'git.git_blame': { keys: ['path'] },
  'git.git_diff': { keys: ['paths'], absent: '.', whole: true },
  'git.git_show': { keys: ['path'], absent: '.', whole: true },
  'git.git_add': { keys: ['paths'], whole: true },
  'git.git_restore': { keys: ['paths'], whole: true },
};

export interface PathPart {
  /** Relative to the workspace, `.` for the top; undefined for what leads out of it or cannot be read. */
  path: string | undefined;
  /** As it was given. */
  source: string;
  whole: boolean;
}

/** A part for each path of a call; undefined for tools that take none. */
export function pathsOf({ server, tool, input, ours }: CallFacts): PathPart[] | undefined {
  const name = `${server}.${tool}`;
  if (!ours || !Object.hasOwn(pathArguments, name)) return undefined;
  const { keys = [], absent, whole = false } = pathArguments[name] ?? {};
  const given = keys.flatMap((key) => input[key] ?? []);
  const sources = given.length === 0 ? [absent] : given;
  return sources.map((source) =>
    typeof source === 'string'
      ? { path: insideWorkspace(source), source, whole }
      : { path: undefined, source: JSON.stringify(source) ?? 'nothing', whole },
  );
}

/** `./src//a.ts` as `src/a.ts`; undefined for what is absolute or holds `..`. */
export function insideWorkspace(path: string): string | undefined {
  if (path === '' || path.startsWith('/') || path.includes('\0') || path.split('/').includes('..')) return undefined;
  return posix.normalize(path).replace(/\/$/, '') || '.';
}

export function coversPath(glob: Glob, { path }: PathPart): boolean {
  return path !== undefined && matchesGlob(glob, path);
}

/** `glob` is folded, as by `foldCase`. Where a path leads out of the workspace, nobody knows what it leads to. */
export function catchesPath(glob: Glob, { path, whole }: PathPart): 'yes' | 'maybe' | 'no' {
  if (path === undefined) return 'maybe';
  const folded = foldCase(path);
  if (matchesGlob(glob, folded)) return 'yes';
  return whole && reachesGlob(glob, folded) ? 'maybe' : 'no';
}

/** On the machines of many users `SRC` and `src` are one folder, and so are two spellings of `é`. */
export function foldCase(text: string): string {
  return text.normalize('NFC').toLowerCase();
}
