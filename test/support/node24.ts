// The programs that node24/ pins, with the Node that they need, in a folder of this user's cache: installed once for each
// lock file.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const PINNED = ['package.json', 'package-lock.json'];
const windows = process.platform === 'win32';
const pinned = (file: string) => fileURLToPath(new URL(`node24/${file}`, import.meta.url));

export interface Programs {
  /** A Node that is new enough for the others. */
  node: string;
  /** Scripts for that Node: the MCP conformance suite, and the MCP Inspector. */
  conformance: string;
  inspector: string;
  /** An ACP client for the command line. */
  acpx: string;
}

export async function installPrograms(): Promise<Programs> {
  const hash = createHash('sha256');
  for (const file of PINNED) hash.update(readFileSync(pinned(file)));
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'cofferdam-test');
  const folder = join(cache, `node24-${hash.digest('hex').slice(0, 12)}`);
  if (!existsSync(folder)) await install(cache, folder);
  const installed = (path: string) => join(folder, 'node_modules', path);
  return {
    node: installed(windows ? '.bin/node.exe' : '.bin/node'),
    conformance: installed('@modelcontextprotocol/conformance/dist/index.js'),
    inspector: installed('@modelcontextprotocol/inspector/clients/launcher/build/index.js'),
    acpx: installed('acpx/dist/cli.js'),
  };
}

/** The folder appears when all is in it, whoever else installs at the same time. */
async function install(cache: string, folder: string): Promise<void> {
  mkdirSync(cache, { recursive: true });
  const unfinished = mkdtempSync(join(cache, 'installing-'));
  for (const file of PINNED) copyFileSync(pinned(file), join(unfinished, file));
  // npm judges the programs by the Node that runs npm, not by the one that will run them.
  const args = ['ci', '--ignore-scripts', '--engine-strict=false', '--no-audit', '--no-fund'];
  try {
    await promisify(execFile)('npm', args, { cwd: unfinished, shell: windows });
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}
