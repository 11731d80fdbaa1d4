// Where repositories are: in one temporary folder a process, so that a run that is killed leaves one thing behind.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let parent: string | undefined;

process.once('exit', () => {
  if (parent !== undefined) remove(parent);
});

export function newFolder(): string {
  parent ??= mkdtempSync(join(tmpdir(), 'gitlab-repositories-'));
  return mkdtempSync(join(parent, 'repository-'));
}

/** The last one takes the process's folder with it: a test runner ends its workers without an `exit`. */
export function removeFolder(folder: string): void {
  remove(folder);
  if (parent === undefined || readdirSync(parent).length > 0) return;
  remove(parent);
  parent = undefined;
}

const remove = (folder: string): void => rmSync(folder, { recursive: true, force: true });
