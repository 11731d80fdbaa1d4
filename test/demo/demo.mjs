// `npm run demo`: an agent finds out why a small repository's tests fail, fixes it in a sandbox, and the reviewed
// change lands in a clone. With ANTHROPIC_API_KEY a model does it; without one its turns are played from a script.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import script from './script.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const cli = here('../../agent/dist/bundle/cofferdam.js');
const task = 'The test suite fails. Find out why and fix it.';

const hasKey = Boolean(process.env.ANTHROPIC_API_KEY);
console.log(
  hasKey
    ? 'Demo with the model behind ANTHROPIC_API_KEY. Sandbox, tool servers, diff and apply are real.'
    : "Demo without ANTHROPIC_API_KEY: a local server plays a fixed script of the model's turns. Sandbox, tool servers, diff and apply are real.",
);

await import('../setup.mjs');
const { startMessagesApi } = await import('../dist/fakes/messages-api/index.js');

const folder = mkdtempSync(join(tmpdir(), 'cofferdam-demo-'));
const clone = join(folder, 'clone');
const api = hasKey ? undefined : await startMessagesApi(script);
const env = {
  ...process.env,
  COFFERDAM_HOME: join(folder, 'home'),
  ...(api && { ANTHROPIC_API_KEY: 'played-from-a-script', ANTHROPIC_BASE_URL: api.url }),
};

try {
  section(`A repository whose tests fail, cloned to ${clone}`);
  makeRepository(join(folder, 'origin'));
  git('clone', '--quiet', join(folder, 'origin'), clone);
  git('-C', clone, 'log', '--oneline');

  section(`cofferdam run "${task}"`);
  await cofferdam('run', task, '--workspace', clone, '--approve', 'all', '--apply', 'all');
  if (api?.rejected.length) throw new Error(`the API refused ${api.rejected.length} requests`);
  if (api?.remaining) throw new Error(`the agent stopped ${api.remaining} turns before the script's end`);

  section('What changed in the clone: git diff');
  git('-C', clone, 'diff');
  if (git('-C', clone, 'status', '--porcelain') === '') throw new Error('nothing was applied to the clone');

  section('The tests of the clone, in a new sandbox');
  await verify();

  section('Done: the tests pass, and the change waits in the clone for a commit');
  console.log(`clone    ${clone}\nsession  ${join(folder, 'home')}`);
} catch (error) {
  console.error(`\nThe demo failed: ${error.message}\nWhat it left: ${folder}`);
  process.exitCode = 1;
} finally {
  await api?.close();
}

function makeRepository(origin) {
  cpSync(here('repository'), origin, { recursive: true });
  const author = ['-c', 'user.name=Demo', '-c', 'user.email=demo@example.invalid', '-c', 'commit.gpgsign=false'];
  git('init', '--quiet', '--initial-branch=main', origin);
  git('-C', origin, 'add', '--all');
  git('-C', origin, ...author, 'commit', '--quiet', '--message', 'Split by the largest remainder method');
}

/** Never on the host: what comes out of a sandbox runs in a sandbox. */
async function verify() {
  const { id } = JSON.parse(await cofferdam('sandbox', 'open', '--workspace', clone, '--json'));
  try {
    await cofferdam('sandbox', 'exec', id, '--', 'npm', 'test');
  } finally {
    await cofferdam('sandbox', 'close', id);
  }
}

/** Shows and returns the output; the child's stderr goes straight to ours. */
async function cofferdam(...args) {
  const child = spawn(process.execPath, [cli, ...args], { env, stdio: ['inherit', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
    process.stdout.write(text);
  });
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) throw new Error(`cofferdam ${args[0]} ended with ${code}`);
  return output;
}

function git(...args) {
  const { status, stdout, stderr, error } = spawnSync('git', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${error?.message ?? stderr}`);
  process.stdout.write(stdout);
  return stdout;
}

function section(title) {
  console.log(`\n── ${title}`);
}
