// Makes a fresh clone ready: dependencies, build, engine, images. Needs Git, Node and npm, and does nothing twice.
// Runs before anything is installed, so it uses Node's own modules only.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (path) => join(root, path);
const readJson = (path) => JSON.parse(readFileSync(at(path), 'utf8'));

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Cofferdam needs Node.js 20.19 or newer; this is ${process.versions.node}. See https://nodejs.org/en/download`,
  );
  process.exit(2);
}

if (!dependenciesMatchLock()) run('Installing dependencies', 'npm', ['ci']);
const sources = hashSources();
if (!isBuilt(sources)) {
  run('Building', 'npm', ['run', '--silent', 'build']);
  writeFileSync(at(stampFile()), sources);
}
run('Checking this machine', process.execPath, [at(cli()), 'doctor', '--fix']);

/** npm keeps what it installed in a lock file of its own; platform-specific packages may be absent from it. */
function dependenciesMatchLock() {
  if (!existsSync(at('node_modules/.package-lock.json'))) return false;
  const installed = readJson('node_modules/.package-lock.json').packages;
  return Object.entries(readJson('package-lock.json').packages)
    .filter(([path, { link }]) => path.includes('node_modules/') && !link)
    .every(([path, { version, optional, devOptional }]) =>
      installed[path] ? installed[path].version === version : optional || devOptional,
    );
}

function isBuilt(hash) {
  const outputs = [cli(), 'images/tools/bundle/workspace.mjs', stampFile()];
  return outputs.every((path) => existsSync(at(path))) && readFileSync(at(stampFile()), 'utf8') === hash;
}

function cli() {
  return 'agent/dist/bundle/cofferdam.js';
}

function stampFile() {
  return 'node_modules/.cofferdam-build';
}

/** Of everything the build reads: sources, settings, and the lock file for the dependencies. */
function hashSources() {
  const hash = createHash('sha256');
  for (const path of ['package-lock.json', 'tsconfig.json']) hash.update(readFileSync(at(path)));
  for (const folder of ['sandbox', 'mcp-servers', 'agent', 'test', 'images']) addFolder(hash, folder);
  return hash.digest('hex');
}

function addFolder(hash, folder) {
  const entries = readdirSync(at(folder), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !['dist', 'bundle', 'node_modules'].includes(entry.name)) addFolder(hash, path);
    if (entry.isFile() && /\.(ts|mjs|json)$/.test(entry.name)) hash.update(path).update(readFileSync(at(path)));
  }
}

/** Ends this process with the command's own exit code when that is not 0. */
function run(title, command, args) {
  console.error(`\n${title}: ${[command, ...args].join(' ').replaceAll(root, '')}`);
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (error) console.error(error.message);
  if (status !== 0) process.exit(status ?? 1);
}
