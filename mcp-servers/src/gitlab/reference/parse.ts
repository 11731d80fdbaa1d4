// What people paste becomes ids.
import type { ToolError } from '../../kit/index.js';
import { parseAddress } from './address.js';
import { badReference, otherInstance, wrongKind } from './errors.js';
import type { Kind, Reference, ReferenceOptions } from './reference.js';
import { parseShorthand } from './shorthand.js';

const maxLength = 2000;

/**
 * Understands addresses of pages (with or without `/-/`, queries, anchors, the host alone or nothing before the path),
 * GitLab's short forms, paths of projects, and numbers where `expected` says what of. Never yields a path that GitLab
 * would not give to a project or group.
 *
 * Throws a `ToolError`: `other-instance` for an address on another host, `bad-reference` for all else that it does not
 * understand.
 */
export function parseReference(input: string | number, options: ReferenceOptions): Reference {
  const instance = new URL(options.instance);
  const { expected } = options;
  const text = unwrap(String(input));
  const refuse = (why: string) => badReference(text, why, instance, expected);

  if (text.length > maxLength) throw refuse(`is ${text.length} characters long, which no reference is`);
  if (/[\p{C}\p{Z}\\]/u.test(text)) throw refuse('holds spaces, backslashes or invisible characters');
  const found = parseShorthand(text, options) ?? parseUrl(withScheme(text, instance), instance, refuse, expected);
  if (found) return found;
  if (/^\d+$/.test(text) && expected) throw refuse('is a number that nothing in GitLab has');
  if (/^\d+$/.test(text)) throw refuse('is only a number, and not clear of what');
  throw refuse('does not refer to anything in GitLab');
}

/**
 * As `parseReference`, but of the kind that is asked for: an address of a comment stands for what it is on, anything in
 * a project for that project, and issues and epics for the work items that they are. Throws `wrong-kind` too.
 */
export function referenceTo<K extends Kind>(
  kind: K,
  input: string | number,
  options: Omit<ReferenceOptions, 'expected'>,
): Extract<Reference, { kind: K }> {
  const found = parseReference(input, { ...options, expected: kind });
  const wanted = found.kind === 'note' && kind !== 'note' ? seenAs(kind, found.on) : seenAs(kind, found);
  if (isOf(kind, wanted)) return wanted;
  throw wrongKind(String(input), found, kind, new URL(options.instance));
}

function seenAs(kind: Kind, found: Reference): Reference {
  const { project, group } = { project: undefined, group: undefined, ...found };
  if (kind === 'project' && project) return { kind, project };
  if (kind === 'group' && group) return { kind, group };
  if (kind === 'issue' && found.kind === 'work_item' && !group) return { ...found, kind };
  if (kind === 'epic' && found.kind === 'work_item' && !project) return { ...found, kind };
  if (kind === 'work_item' && (found.kind === 'issue' || found.kind === 'epic')) return { ...found, kind };
  return found;
}

function isOf<K extends Kind>(kind: K, found: Reference): found is Extract<Reference, { kind: K }> {
  return found.kind === kind;
}

/** Brackets, quotes and the full stop that come along when text is copied out of a sentence. */
function unwrap(text: string): string {
  return text
    .trim()
    .replace(/^[<("'`]+/, '')
    .replace(/[>)"'`.,;]+$/, '');
}

/** Addresses without `https://`, as some browsers show them, and without the host. */
function withScheme(text: string, { origin, host }: URL): string {
  if (/^\/(?!\/)/.test(text)) return origin + text;
  return text.toLowerCase().startsWith(`${host}/`) ? `https://${text}` : text;
}

function parseUrl(
  text: string,
  instance: URL,
  refuse: (why: string) => ToolError,
  expected: Kind | undefined,
): Reference | undefined {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  // Looked for in the text, because URL resolves them silently.
  if (/\/(?:\.|%2e){1,2}(?:[/?#]|$)/i.test(text)) throw refuse('holds "." or ".." in its path');
  const url = new URL(text);
  const prefix = instance.pathname.replace(/\/$/, '');
  if (url.host !== instance.host || !`${url.pathname}/`.startsWith(`${prefix}/`)) throw otherInstance(url, instance);
  if (url.username || url.password) throw refuse('holds a user name or password, which does not belong in a reference');
  return parseAddress(url.pathname.slice(prefix.length), url, expected);
}
