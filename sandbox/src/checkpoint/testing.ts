// For tests: real overlays and plain copies as a sandbox's, with checkpoints, and whole trees to compare.
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { onTestFinished } from 'vitest';
import { serveRestore } from '../inside/restore.js';
import { type CopyKind, copyOf } from '../inside/testing.js';
import { Tree } from '../inside/tree.js';
import type { Copy } from './copy.js';
import { type CheckpointReport, makeCheckpoint } from './make.js';
import { type RestoreReport, restoreCheckpoint } from './restore.js';
import { CheckpointStore } from './store.js';

export interface TestCopy {
  workspace: string;
  /** Where its checkpoints are unless told otherwise. */
  folder: string;
  copy: Copy;
  edit(script: string): void;
  checkpoint(name: string, folder?: string): Promise<CheckpointReport>;
  restore(name: string, folder?: string): Promise<RestoreReport>;
  /** Everything in the copy, by path, names and link targets as bytes. */
  tree(): Map<string, string>;
}

let count = 0;

/** `snapshot` names what `original` made, where several copies are of the same. */
export function checkpointed(kind: CopyKind, original: string, snapshot = `snapshot ${++count}`): TestCopy {
  const { workspace, lower, reader, edit } = copyOf(kind, original);
  const folder = mkdtempSync(join(tmpdir(), 'checkpoints-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const copy: Copy = {
    id: `copy ${++count}`,
    snapshot,
    states: async () => reader.states(),
    pack: async (wanted) => reader.pack(wanted),
    restore: async () => {
      const [input, output] = [new PassThrough(), new PassThrough()];
      // A test may break the streams; the program inside ends with a broken pipe then.
      serveRestore({ workspace: new Tree(workspace), lower: new Tree(lower) }, input, output).catch(() => {});
      return { input, output };
    },
  };
  return {
    workspace,
    folder,
    copy,
    edit,
    checkpoint: (name, where = folder) => makeCheckpoint(copy, new CheckpointStore(where), name),
    restore: (name, where = folder) => restoreCheckpoint(copy, new CheckpointStore(where), name),
    tree: () => treeOf(workspace),
  };
}

function treeOf(root: string): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (folder: string) => {
    for (const name of readdirSync(Buffer.from(join(root, folder), 'latin1'), 'latin1')) {
      const path = join(folder, name);
      const at = Buffer.from(join(root, path), 'latin1');
      const stats = lstatSync(at);
      const mode = (stats.mode & 0o7777).toString(8);
      if (stats.isSymbolicLink()) found.set(path, `link ${readlinkSync(at, 'latin1')}`);
      else if (stats.isFile()) found.set(path, `file ${mode} ${readFileSync(at, 'latin1')}`);
      else found.set(path, stats.isDirectory() ? `folder ${mode}` : 'other');
      if (stats.isDirectory()) visit(path);
    }
  };
  visit('');
  return found;
}
