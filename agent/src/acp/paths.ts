// Paths of tools as an editor knows files: absolute, in the user's own workspace.
import { isAbsolute, join, relative, sep } from 'node:path';
import type { ToolCallLocation } from '@agentclientprotocol/sdk';
import { WORKSPACE } from '@cofferdam/sandbox';
import type { Place } from './tool-view.js';

/** `root` is the workspace's top folder, which tools' paths start from. Undefined for what lies outside of it. */
export function absolute(root: string, path: string): string | undefined {
  const within = path === WORKSPACE ? '.' : path.startsWith(`${WORKSPACE}/`) ? path.slice(WORKSPACE.length + 1) : path;
  const parts = within.split('/').filter((part) => part !== '' && part !== '.');
  if (within.startsWith('/') || parts.includes('..') || within.includes('\0')) return undefined;
  return join(root, ...parts);
}

export function locations(root: string, places: readonly Place[]): ToolCallLocation[] {
  return places.flatMap(({ path, line }) => {
    const file = absolute(root, path);
    return file === undefined ? [] : [{ path: file, ...(line !== undefined && { line }) }];
  });
}

/** The path from the workspace's top folder, slash-separated; undefined for what lies outside of it. */
export function relativeTo(root: string, file: string): string | undefined {
  const path = relative(root, file).split(sep).join('/');
  return path === '' ? '.' : path === '..' || path.startsWith('../') || isAbsolute(path) ? undefined : path;
}
