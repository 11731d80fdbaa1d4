// Where a search happens, and which files ripgrep sees there.
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { decodePath } from '@cofferdam/sandbox';
import * as z from 'zod';
import { ToolError } from '../kit/index.js';
import { kindOf } from './kinds.js';
import { showPath } from './names.js';
import { ripgrep } from './ripgrep.js';
import type { Root } from './root.js';

export const includeIgnored = z.boolean().default(false).describe('Also files that .gitignore names');

export interface Scope {
  /** Where ripgrep runs. */
  readonly cwd: string;
  /** What turns a path of ripgrep's into one relative to the root. */
  readonly prefix: string;
  /** The one file to search; undefined for all of the folder. */
  readonly file: string | undefined;
}

/** A folder to search, or a file. Programs take their working directory and arguments as text, so its name must be UTF-8. */
export async function scopeOf(root: Root, path: string): Promise<Scope> {
  const place = await root.locate(path);
  const stats = await stat(place.bytes);
  if (!place.absolute.isWellFormed()) {
    throw new ToolError('bad-path', `${showPath(path)} is not UTF-8.`, 'Search the folder above it.');
  }
  if (stats.isDirectory()) {
    return { cwd: place.absolute, prefix: place.path === '.' ? '' : `${place.path}/`, file: undefined };
  }
  if (!stats.isFile()) {
    throw new ToolError('not-a-file', `${showPath(path)} is a ${kindOf(stats)}.`, 'Search a file or a folder.');
  }
  const folder = dirname(place.path);
  return { cwd: dirname(place.absolute), prefix: folder === '.' ? '' : `${folder}/`, file: basename(place.absolute) };
}

/** Paths relative to the root, in no order, of the files of a folder that are not ignored. */
export async function* visibleFiles(scope: Scope, signal: AbortSignal, args: string[] = []): AsyncGenerator<string> {
  const search = { args: ['--files', '--null', ...args], cwd: scope.cwd, separator: '\0' as const, signal };
  for await (const path of ripgrep(search)) yield scope.prefix + decodePath(path);
}

/**
 * The files that a glob names. For ripgrep a glob outweighs .gitignore (`**` would show node_modules), so what it
 * names is looked up among the visible files.
 */
export async function filesMatching(
  scope: Scope,
  { glob, include_ignored }: { glob: string; include_ignored: boolean },
  signal: AbortSignal,
): Promise<Set<string>> {
  const args = [`--glob=${glob}`, ...(include_ignored ? ['--no-ignore'] : [])];
  const named = new Set<string>();
  for await (const path of visibleFiles(scope, signal, args)) named.add(path);
  if (include_ignored || named.size === 0) return named;
  const visible = new Set<string>();
  for await (const path of visibleFiles(scope, signal)) if (named.has(path)) visible.add(path);
  return visible;
}
