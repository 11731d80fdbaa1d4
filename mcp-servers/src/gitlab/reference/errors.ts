import { ToolError } from '../../kit/index.js';
import { clip, reveal } from '../../untrusted/index.js';
import type { Kind, Reference } from './reference.js';

const examples: Record<Kind, string> = {
  issue: 'acme/shop#12, #12, 12',
  merge_request: 'acme/shop!34, !34, 34',
  epic: 'acme&5, &5, 5',
  work_item: '[work_item:acme/shop/12], 12',
  pipeline: '#4711, 4711',
  job: '#4711, 4711',
  snippet: 'acme/shop$7, $7, 7',
  milestone: 'acme/shop%3, %3, 3',
  commit: 'acme/shop@9ba12248, 9ba12248',
  compare: 'acme/shop@9ba12248...b19a04f5',
  project: 'acme/shop, 42',
  group: 'acme/tools, 42',
  note: 'an address that ends in #note_123',
  file: 'an address with /-/blob/',
  tree: 'an address with /-/tree/',
  tag: 'an address with /-/tags/',
};

const anyExamples = 'acme/shop#12 (issue), acme/shop!34 (merge request), acme&5 (epic), acme/shop@9ba12248 (commit)';

/** `why` is a clause without a full stop. */
export function badReference(text: string, why: string, instance: URL, expected: Kind | undefined): ToolError {
  return new ToolError('bad-reference', `${quote(text)} ${why}.`, remedy(instance, expected));
}

export function wrongKind(text: string, found: Reference, expected: Kind, instance: URL): ToolError {
  const message = `${quote(text)} is ${words(found.kind)}, but ${words(expected)} is needed here.`;
  return new ToolError('wrong-kind', message, remedy(instance, expected));
}

export function otherInstance(asked: URL, instance: URL): ToolError {
  const place = asked.host === instance.host ? `${asked.host}, but outside of ${instance.pathname}` : asked.host;
  return new ToolError(
    'other-instance',
    `This address is on ${place}; this server is bound to ${address(instance)}.`,
    `Name something on ${instance.host}, or tell the user that a server for ${asked.host} would have to be set up.`,
  );
}

function remedy(instance: URL, expected: Kind | undefined): string {
  return `Give an address on ${address(instance)}, or: ${expected ? examples[expected] : anyExamples}.`;
}

function address({ host, pathname }: URL): string {
  return host + pathname.replace(/\/$/, '');
}

function words(kind: Kind): string {
  return `${/^[aei]/.test(kind) ? 'an' : 'a'} ${kind.replace('_', ' ')}`;
}

/** Without what may hold a secret: user information and query. */
function quote(text: string): string {
  const open = text.includes('://') ? text.replace(/\/\/[^/]*@/, '//').replace(/[?#].*$/s, '') : text;
  return JSON.stringify(clip(reveal(open), 100));
}
