// The `git` server on stdin and stdout: `git.mjs --root DIR [--git-dir DIR]`.
import { stat } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { serveStdio } from '../kit/index.js';
import { createGitServer } from './server.js';

const USAGE = 'Usage: git --root DIR [--git-dir DIR]';

async function options(): Promise<{ root: string; gitDir?: string }> {
  const { values } = parseArgs({ options: { root: { type: 'string' }, 'git-dir': { type: 'string' } } });
  const { root, 'git-dir': gitDir } = values;
  if (root === undefined) throw new Error('--root is missing.');
  for (const folder of [root, gitDir ?? root]) {
    if (!(await stat(folder).catch(() => undefined))) throw new Error(`${folder} does not exist.`);
  }
  return { root, ...(gitDir !== undefined && { gitDir }) };
}

try {
  await serveStdio(createGitServer(await options()));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n${USAGE}`);
  process.exitCode = 2;
}
