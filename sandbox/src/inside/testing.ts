// For tests: folders made by a script, and a real overlay or a plain copy of one with a reader on it. All go with the test.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { onTestFinished } from 'vitest';
import { WorkspaceReader } from '../changes/reader.js';
import { serve } from './serve.js';
import { Workspace } from './workspace.js';

export interface Copy {
  lower: string;
  workspace: string;
  reader: WorkspaceReader;
  /** Runs a bash script in the session's copy. */
  edit(script: string): void;
}

/** A fresh folder, filled by a bash script. */
export function workspaceOf(script: string): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'workspace-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  bash(script, root);
  return root;
}

export type CopyKind = 'overlay' | 'plain';

/** A tree made by the bash script `original`, and a session's copy of it. */
export function copyOf(kind: CopyKind, original: string): Copy {
  const base = workspaceOf('');
  const [lower, upper, work, workspace] = ['lower', 'layer/upper', 'layer/work', 'workspace'].map((name) =>
    join(base, name),
  ) as [string, string, string, string];
  const mount = (target: string, ...args: string[]) => {
    mkdirSync(target, { recursive: true });
    execFileSync('mount', [...args, target]);
    onTestFinished(() => void execFileSync('umount', ['--lazy', target]));
  };
  mkdirSync(lower);
  bash(original, lower);
  if (kind === 'overlay') {
    mount(join(base, 'layer'), '-t', 'tmpfs', 'tmpfs');
    mkdirSync(upper);
    mkdirSync(work);
    const layers = `lowerdir=${lower},upperdir=${upper},workdir=${work},redirect_dir=off,metacopy=off`;
    mount(workspace, '-t', 'overlay', '-o', layers, 'overlay');
  } else {
    mkdirSync(workspace);
    execFileSync('cp', ['-a', `${lower}/.`, workspace]);
  }
  const reader = connect({ workspace, lower, upper: kind === 'overlay' ? upper : undefined });
  onTestFinished(() => reader.close());
  return { lower, workspace, reader, edit: (script) => bash(script, workspace) };
}

function connect(folders: ConstructorParameters<typeof Workspace>[0]): WorkspaceReader {
  const [requests, frames] = [new PassThrough(), new PassThrough()];
  // A test may close the reader while it answers; the program inside ends with a broken pipe then.
  serve(new Workspace(folders), requests, frames).catch(() => {});
  return new WorkspaceReader({ input: requests, output: frames });
}

export function bash(script: string, cwd: string): string {
  const identity = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a' };
  const env = { ...process.env, ...identity, GIT_CONFIG_GLOBAL: '/dev/null' };
  return execFileSync('bash', ['-euc', script], { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}
