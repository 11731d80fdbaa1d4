// Throw-away workspaces and sandboxes for tests against the real engine.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { collect, type OpenOptions, openSandbox, type Sandbox } from '@cofferdam/sandbox';
import { afterAll, onTestFinished } from 'vitest';

const base = realpathSync(mkdtempSync(join(tmpdir(), 'cofferdam-test-')));
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** A new folder that goes when the test file ends. */
export function temporaryFolder(): string {
  return mkdtempSync(join(base, 'x'));
}

/** A folder holding these files, by path and content. */
export function folderWith(files: Record<string, string | Buffer>, folder = temporaryFolder()): string {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** A Git repository with these files in one commit. */
export function repositoryWith(files: Record<string, string | Buffer>): string {
  const root = folderWith(files);
  git(root, 'init', '--quiet', '--initial-branch=main');
  git(root, 'add', '--all');
  git(root, 'commit', '--quiet', '--allow-empty', '--message=first');
  return root;
}

export function git(cwd: string, ...args: string[]): string {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@localhost', '-c', 'protocol.file.allow=always'];
  return execFileSync('git', [...identity, ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}

/** Opens a sandbox that is closed when the test ends. */
export async function opened(workspace: string, options: Partial<OpenOptions> = {}): Promise<Sandbox> {
  const sandbox = await openSandbox({ home: temporaryFolder(), ...options, workspace });
  onTestFinished(() => sandbox.close());
  return sandbox;
}

/** Runs a shell script in the sandbox and answers what it printed; throws when it fails. */
export async function sh(sandbox: Sandbox, script: string): Promise<string> {
  const { exitCode, stdout, stderr } = await collect(sandbox.exec(['/bin/sh', '-c', script]));
  if (exitCode !== 0) throw new Error(`exit code ${exitCode}: ${stderr}`);
  return stdout.toString().trim();
}
