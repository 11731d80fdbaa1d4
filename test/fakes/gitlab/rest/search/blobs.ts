// Search in code: text at a revision with two lines around each match, and names of files.
import { basename, extname } from 'node:path';
import { GitError } from '../../git/run.js';
import type { Project } from '../../world/types.js';

export interface Blob {
  project: Project;
  path: string;
  ref: string;
  /** Of the first line of `data`, from 1. */
  startLine: number;
  data: string;
}

interface Query {
  term: string;
  filters: ((path: string) => boolean)[];
}

const FILTERS: Record<string, (path: string) => string> = {
  filename: (path) => basename(path),
  path: (path) => path,
  extension: (path) => extname(path).slice(1),
};

/** `cart filename:*.js -path:test`: `*` stands for anything, a minus leaves out. */
function parse(search: string): Query {
  const filters: Query['filters'] = [];
  const words = search.split(/\s+/).filter((word) => {
    const [, minus, name = '', value = ''] = /^(-?)(filename|path|extension):(.+)$/.exec(word) ?? [];
    const part = FILTERS[name];
    if (!part) return true;
    const source = value.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
    const pattern = new RegExp(name === 'path' ? source : `^${source}$`, 'i');
    filters.push((path) => pattern.test(part(path)) !== (minus === '-'));
    return false;
  });
  return { term: words.join(' ').trim(), filters };
}

/** What is found in the code of a project; nothing for an unknown revision. */
export function searchBlobs(project: Project, search: string, ref = project.defaultBranch): Blob[] {
  const { repository } = project;
  const commit = repository?.resolve(ref);
  const { term, filters } = parse(search);
  if (!repository || !commit || term === '') return [];
  const found = grep(project, commit, term).map((match) => ({ project, ref, ...match }));
  const known = new Set(found.map(({ path }) => path));
  const names = repository.git('ls-tree', '-r', '-z', '--name-only', commit).split('\0').filter(Boolean);
  const named = names
    .filter((path) => path.toLowerCase().includes(term.toLowerCase()) && !known.has(path))
    .map((path) => ({ project, ref, path, startLine: 1, data: repository.read(commit, path)?.toString('utf8') ?? '' }));
  return [...found, ...named].filter(({ path }) => filters.every((passes) => passes(path)));
}

const CONTEXT = 2;

/** `git grep` separates what lies apart by `--`, so one piece is one match with its surroundings. */
function grep({ repository }: Project, commit: string, term: string) {
  const options = ['-I', '--ignore-case', '--fixed-strings', '--line-number', '--null', `--context=${CONTEXT}`];
  let output: string;
  try {
    output = repository?.git('grep', ...options, '-e', term, commit) ?? '';
  } catch (error) {
    // Ends with 1 where nothing matches.
    if (error instanceof GitError && error.status === 1) return [];
    throw error;
  }
  return output
    .split(/^--\n/m)
    .flatMap(byFile)
    .map((lines) => ({
      path: lines[0]?.path ?? '',
      startLine: lines[0]?.number ?? 1,
      data: lines.map(({ text }) => `${text}\n`).join(''),
    }));
}

interface Line {
  path: string;
  number: number;
  text: string;
}

function byFile(piece: string): Line[][] {
  const files: Line[][] = [];
  for (const line of piece.split('\n').filter(Boolean)) {
    const [name = '', number = '0', ...text] = line.split('\0');
    const path = name.slice(name.indexOf(':') + 1);
    if (files.at(-1)?.[0]?.path !== path) files.push([]);
    files.at(-1)?.push({ path, number: Number(number), text: text.join('\0') });
  }
  return files;
}

export function blobEntity({ project, path, ref, startLine, data }: Blob) {
  return {
    basename: path.slice(0, path.length - extname(path).length),
    data,
    path,
    filename: path,
    id: null,
    ref,
    startline: startLine,
    project_id: project.id,
  };
}
