// The files server as a program: files --root DIR, MCP over stdin and stdout.
import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { serveStdio } from '../kit/index.js';
import { createFilesServer } from './server.js';

const usage = 'Usage: files --root DIR\nServes the files below DIR over MCP on stdin and stdout.';

function rootOf(argv: string[]): string {
  const { root } = parseArgs({ args: argv, options: { root: { type: 'string' } } }).values;
  if (root === undefined) throw new Error('--root is missing.');
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) throw new Error(`${root} is not a folder.`);
  return root;
}

try {
  await serveStdio(createFilesServer({ root: rootOf(process.argv.slice(2)) }));
} catch (error) {
  process.stderr.write(`files: ${(error as Error).message}\n${usage}\n`);
  process.exitCode = 2;
}
