// For the tests: programs that use the audit log in processes, and on disks, of their own.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { onTestFinished } from 'vitest';

const run = promisify(execFile);

/** A folder that is there until the test ends. */
export function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'cofferdam-audit-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

/** Makes a program of TypeScript that sees this folder's modules as its neighbours. The path of the program. */
export async function programOf(source: string): Promise<string> {
  const outfile = join(newHome(), 'program.mjs');
  const resolveDir = fileURLToPath(new URL('.', import.meta.url));
  await build({
    stdin: { contents: source, resolveDir, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'silent',
  });
  return outfile;
}

/** What it prints, as JSON. */
export async function runProgram(program: string, ...args: string[]): Promise<unknown> {
  return JSON.parse((await run(process.execPath, [program, ...args])).stdout);
}

/**
 * What it prints, as JSON, when its one argument is a small disk of its own: a real one in memory, mounted with `options`
 * where nobody else sees it. Takes root, or a kernel that lets users have namespaces.
 */
export async function runOnDisk(program: string, options: string): Promise<unknown> {
  const namespace = process.getuid?.() === 0 ? ['--mount'] : ['--user', '--map-root-user', '--mount'];
  const script = 'mount -t tmpfs -o "$1" none "$2" && exec "$3" "$4" "$2"';
  const words = [...namespace, 'sh', '-c', script, 'sh', options, newHome(), process.execPath, program];
  return JSON.parse((await run('unshare', words)).stdout);
}
