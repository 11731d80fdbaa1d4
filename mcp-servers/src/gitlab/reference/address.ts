// An address of the instance, taken apart: which project or group it is in, and what follows.
import { pathOf } from './paths.js';
import type { Commentable, Kind, Place, Reference } from './reference.js';
import { numberFrom } from './reference.js';
import { isPage, route } from './routes.js';

/** `pathname` is what follows the instance's own path. Undefined for what is no page of a project or group. */
export function parseAddress(pathname: string, url: URL, expected: Kind | undefined): Reference | undefined {
  const segments = decode(pathname);
  const found = segments && parseSegments(segments, url, expected);
  return found && withNote(found, url.hash);
}

function decode(pathname: string): string[] | undefined {
  try {
    const segments = pathname.split('/').filter(Boolean).map(decodeURIComponent);
    return segments.some((segment) => /[\p{Cc}\\]|^\.\.?$/u.test(segment)) ? undefined : segments;
  } catch {
    return undefined;
  }
}

function parseSegments(segments: string[], url: URL, expected: Kind | undefined): Reference | undefined {
  const [first, second, ...more] = segments;
  // Personal snippets belong to no project.
  if (first === '-' && second === 'snippets') return route({}, [second, ...more], url);
  if (first === 'snippets') return route({}, segments, url);
  const inGroup = first === 'groups';
  const path = inGroup ? segments.slice(1) : segments;
  const dash = path.indexOf('-');
  if (dash < 0) return withoutDash(path, inGroup, url, expected);
  const place = placeOf(path.slice(0, dash), inGroup);
  return place && (route(place, path.slice(dash + 1), url) ?? whole(place));
}

/** Before GitLab 12 there was no dash between the path and what follows it. */
function withoutDash(path: string[], inGroup: boolean, url: URL, expected: Kind | undefined): Reference | undefined {
  for (let end = inGroup ? 1 : 2; end < path.length; end++) {
    const place = isPage(path[end]) ? placeOf(path.slice(0, end), inGroup) : undefined;
    const found = place && route(place, path.slice(end), url);
    if (found) return found;
  }
  const last = path.at(-1)?.replace(/\.git$/, '') ?? '';
  const place = placeOf([...path.slice(0, -1), last], inGroup || expected === 'group' || path.length === 1);
  return place && whole(place);
}

function placeOf(segments: string[], inGroup: boolean): Place | undefined {
  const path = pathOf(segments, inGroup ? 1 : 2);
  if (!path) return undefined;
  return inGroup ? { group: path } : { project: path };
}

function whole(place: Place): Reference | undefined {
  if ('project' in place) return { kind: 'project', ...place };
  return 'group' in place ? { kind: 'group', ...place } : undefined;
}

function withNote(found: Reference, hash: string): Reference {
  const noteId = numberFrom(/^#note_(\d+)$/.exec(hash)?.[1]);
  return noteId !== undefined && isCommentable(found) ? { kind: 'note', on: found, noteId } : found;
}

const commentable: ReadonlySet<Kind> = new Set(['issue', 'merge_request', 'epic', 'work_item', 'snippet', 'commit']);

function isCommentable(found: Reference): found is Commentable {
  return commentable.has(found.kind);
}
