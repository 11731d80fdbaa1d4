// Files of instructions: the user's own, and the repository's at its root and in folders.
import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { clip } from '@cofferdam/mcp-servers/untrusted';
import { AgentError } from '../../errors.js';
import type { Workspace } from '../workspace/index.js';

/** Characters of one file, about 8,000 tokens. */
export const maxInstructions = 32_000;

/** The first of them that is there counts. */
const names = ['AGENTS.md', 'CLAUDE.md'];

export interface Instructions {
  /** Relative to the workspace's root. */
  path: string;
  text: string;
}

/** What the user wrote down for every session; undefined where there is nothing. Throws `settings-damaged`. */
export async function userRules(home: string): Promise<string | undefined> {
  const file = join(home, 'AGENTS.md');
  try {
    return bounded(await readFile(file, 'utf8'));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    const message = `Your rules in ${file} cannot be read: ${(cause as Error).message}.`;
    throw new AgentError('settings-damaged', message, 'Make the file readable, or take it away.', { cause });
  }
}

/** Of one folder, '' for the root. */
export async function instructionsIn(workspace: Workspace, folder: string): Promise<Instructions | undefined> {
  for (const name of names) {
    const path = posix.join(folder, name);
    const text = bounded((await workspace.read(path)) ?? '');
    if (text !== undefined) return { path, text };
  }
  return undefined;
}

function bounded(text: string): string | undefined {
  const trimmed = text.trim();
  return trimmed === '' ? undefined : clip(trimmed, maxInstructions, 'too long for instructions');
}

/** What others wrote who do not speak for this repository: their instructions are none. */
const foreign = new Set([
  ...['.git', 'node_modules', 'bower_components', 'vendor', 'third_party', 'third-party', 'Pods'],
  ...['.venv', 'venv', 'site-packages', '__pycache__', '.tox', 'target', 'dist', 'build', '.gradle', '.cache'],
]);

/** The folders above a path, outermost first, without the root; with `itself`, the path too, as of a folder. None for what lies outside. */
export function foldersOf(path: string, { itself }: { itself: boolean }): string[] {
  const parts = posix
    .normalize(path)
    .split('/')
    .filter((part) => part !== '' && part !== '.');
  if (posix.isAbsolute(path) || parts.includes('..')) return [];
  const folders = itself ? parts : parts.slice(0, -1);
  const end = folders.findIndex((part) => foreign.has(part));
  const own = end === -1 ? folders : folders.slice(0, end);
  return own.map((_, i) => own.slice(0, i + 1).join('/'));
}
