// Where a command's redirections lead.
import { posix } from 'node:path';
import { WORKSPACE } from '@cofferdam/sandbox';
import type { Redirect } from 'unbash';
import type { Doubt } from './part.js';
import { literalValue } from './word.js';

const harmless = new Set([
  '/dev/null',
  '/dev/stdin',
  '/dev/stdout',
  '/dev/stderr',
  '/dev/tty',
  '/dev/zero',
  '/dev/fd/1',
  '/dev/fd/2',
]);

/** `moved`: the working folder is not known to lie in the workspace. */
export function doubtAbout({ operator, target }: Redirect, moved: boolean): Doubt | undefined {
  if (target === undefined) return { why: 'a redirection leads nowhere', hides: true };
  const path = literalValue(target);
  if (operator === '>&' || operator === '<&') {
    // Bash ends the redirection after the minus of `>&-1`, and takes the rest for a word.
    const duplicates = path !== undefined && /^(\d+-?|-)$/.test(path);
    return duplicates ? undefined : { why: `${operator}${target.text} is not understood`, hides: true };
  }
  if (path !== undefined && harmless.has(path)) return undefined;
  if (path !== undefined && /^\/dev\/(tcp|udp)\//.test(path)) return doubt(`it connects to ${path}`);
  if (operator === '<') return undefined;
  if (path === undefined) return doubt(`it writes to ${target.text}, which is known only when it runs`);
  return isWritable(path, moved) ? undefined : doubt(`it writes to ${path}`);
}

function isWritable(path: string, moved: boolean): boolean {
  if (path.split('/').includes('..')) return false;
  if (!path.startsWith('/')) return !moved;
  const place = posix.normalize(path);
  return place.startsWith(`${WORKSPACE}/`) || place.startsWith('/tmp/');
}

function doubt(why: string): Doubt {
  return { why, hides: false };
}
