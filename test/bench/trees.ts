// Workspaces to measure on.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A Git repository of `files` files, twelve a folder, 1 to 40 KiB each: the shape of a large source tree. */
export function makeTree(files: number): string {
  const root = mkdtempSync(join(tmpdir(), `cofferdam-bench-${files}-`));
  const line = Buffer.from('static int answer(void) { return 42; } /* nothing to see here */\n');
  const text = Buffer.alloc(40 * 1024, line);
  for (let i = 0; i < files; i += 1) {
    const folder = join(root, `d${Math.floor(i / 1200)}`, `s${Math.floor(i / 12) % 100}`);
    if (i % 12 === 0) mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `file${i}.c`), text.subarray(0, 1024 + ((i * 7919) % (39 * 1024))));
  }
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, stdio: 'ignore' });
  git('init', '-q');
  git('add', '.');
  git('-c', 'user.name=bench', '-c', 'user.email=bench@localhost', 'commit', '-qm', 'tree');
  return root;
}

/** The first `count` files of a tree, relative to it. */
export function someFiles(root: string, count: number): string[] {
  const found: string[] = [];
  const folders = [''];
  for (let folder = folders.shift(); folder !== undefined && found.length < count; folder = folders.shift()) {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      if (entry.name === '.git') continue;
      if (entry.isDirectory()) folders.push(join(folder, entry.name));
      if (entry.isFile() && found.length < count) found.push(join(folder, entry.name));
    }
  }
  return found;
}
