// Branches, commits, paths and comparisons, as people paste them: by name, or as the address of their page.
import { ToolError } from '../../kit/index.js';
import type { Place } from '../client/endpoint.js';
import { isNotFound } from '../client/errors.js';
import type { Reference } from '../reference/index.js';
import type { Call } from '../toolkit/call.js';

type Resolver = Pick<Call, 'reference' | 'placeOf' | 'project'>;
type InRepository = Extract<Reference, { kind: 'file' | 'tree' }>;

/** Names of branches and paths may look like anything else that people write short: only addresses are taken apart. */
const isAddress = (text: string) => /^\s*<?https?:\/\//i.test(text);

export interface Revision {
  place: Place;
  /** Branch, tag or hash. */
  ref: string;
}

/** A commit by its hash, `group/project@hash` or address, or the tip of a branch or tag. */
export async function revision(call: Resolver, text: string, project: string | undefined): Promise<Revision> {
  if (isAddress(text) || /@[0-9a-f]{7,64}$/i.test(text)) {
    const found = call.reference(text, 'commit');
    const ref = refOf(found);
    if (ref === undefined) throw notA('commit, branch or tag', found);
    return { place: await call.placeOf(found, project), ref };
  }
  return { place: await call.project(project), ref: checkedRef(text) };
}

function refOf(found: Reference): string | undefined {
  if (found.kind === 'commit') return found.sha;
  if (found.kind === 'tag') return found.name;
  return found.kind === 'tree' ? found.refPath : undefined;
}

export interface Comparison {
  place: Place;
  from: string;
  to: string;
  straight: boolean;
}

/** `from` alone may hold both: the address of a comparison, `a...b`, or `a..b` for a straight one. Default of `to` is `HEAD`. */
export async function comparison(
  call: Resolver,
  { from, to, project }: { from: string; to?: string | undefined; project?: string | undefined },
): Promise<Comparison> {
  if (isAddress(from)) {
    const found = call.reference(from, 'compare');
    if (found.kind !== 'compare') throw notA('comparison', found);
    return { place: await call.placeOf(found, project), from: found.from, to: found.to, straight: false };
  }
  const [, first = from, dots, second] = /^(.+?)(\.{2,3})(.+)$/.exec(from) ?? [];
  const place = await call.project(project);
  return { place, from: checkedRef(first), to: checkedRef(second ?? to ?? 'HEAD'), straight: dots === '..' };
}

export interface Located {
  place: Place;
  /** Ways to read where the ref ends and the path begins, the likeliest first. */
  readings: { ref: string; path: string }[];
  /** Lines that the address points at. */
  lines?: { first: number; last: number } | undefined;
}

/** A file or folder by its path, at `ref` or the default branch, or by its address. */
export async function located(
  call: Resolver,
  path: string,
  { kind, ref = 'HEAD', project }: { kind: 'file' | 'tree'; ref?: string | undefined; project?: string | undefined },
): Promise<Located> {
  if (!isAddress(path)) {
    const place = await call.project(project);
    return { place, readings: [{ ref: checkedRef(ref), path: checkedPath(path, kind) }] };
  }
  const found = call.reference(path, kind);
  if (found.kind === 'project' && kind === 'tree')
    return { place: await call.placeOf(found), readings: [{ ref, path: '' }] };
  if (found.kind !== 'file' && found.kind !== 'tree') throw notA(kind === 'file' ? 'file' : 'folder', found);
  const lines = found.kind === 'file' ? found.lines : undefined;
  return { place: await call.placeOf(found, project), readings: readingsOf(found, kind), lines };
}

/** Each reading that fails costs a request; branches with more slashes than these are rare. */
const mostReadings = 5;

function readingsOf({ refPath }: InRepository, kind: 'file' | 'tree'): Located['readings'] {
  const parts = refPath.split('/');
  const ends = parts.map((_, index) => index + 1).slice(0, kind === 'file' ? -1 : undefined);
  return ends
    .slice(0, mostReadings)
    .map((end) => ({ ref: parts.slice(0, end).join('/'), path: parts.slice(end).join('/') }));
}

/** What `read` finds for the first reading that is there. Throws the GitLabError of the first where none is. */
export async function firstThere<T>(
  readings: Located['readings'],
  read: (reading: { ref: string; path: string }) => Promise<T>,
): Promise<T> {
  let missing: unknown;
  for (const reading of readings) {
    try {
      return await read(reading);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      missing ??= error;
    }
  }
  throw missing;
}

/** Throws ToolError `bad-ref` for what Git allows as no name at all. */
function checkedRef(text: string): string {
  const ref = text.trim();
  if (ref !== '' && !/^\.+$|\s/.test(ref)) return ref;
  throw new ToolError('bad-ref', `${JSON.stringify(text)} names no branch, tag or commit.`, 'Give a name or a hash.');
}

/** From the repository's root, without a slash on either side. Throws ToolError `bad-path`. */
export function checkedPath(text: string, kind: 'file' | 'tree'): string {
  const parts = text.split('/').filter((part) => part !== '' && part !== '.');
  if (!parts.includes('..') && (parts.length > 0 || kind === 'tree')) return parts.join('/');
  throw new ToolError(
    'bad-path',
    `${JSON.stringify(text)} is no path inside of the repository.`,
    "Give it from the repository's root, as in src/index.js.",
  );
}

function notA(wanted: string, { kind }: Reference): ToolError {
  const problem = `That is the address of a ${kind.replace('_', ' ')}, not of a ${wanted}.`;
  return new ToolError('bad-reference', problem, `Give a ${wanted}, or use the tool for what it names.`);
}
