// Peers from the npm registry, installed once a machine, outside of the checkout: they are no dependencies of ours.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Pinned, so that figures of different days can be compared. */
const versions = { '@zereight/mcp-gitlab': '2.1.64', '@modelcontextprotocol/server-filesystem': '2026.8.31' };

/** The path of a file of a peer's package. */
export function peerFile(name: keyof typeof versions, file: string): string {
  const folder = join(homedir(), '.cache', 'cofferdam-test', `peer-${name.replace(/\W+/g, '-')}-${versions[name]}`);
  const path = join(folder, 'node_modules', name, file);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true }));
  const install = ['install', '--no-audit', '--no-fund', '--ignore-scripts', `${name}@${versions[name]}`];
  execFileSync('npm', install, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  return path;
}
