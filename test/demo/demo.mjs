// `npm run demo`: an agent reads an issue of a GitLab project, finds and fixes the bug in a sandbox, and proposes the fix
// as a merge request; the reviewed change lands in a clone. With ANTHROPIC_API_KEY a model does it; without one its turns
// are played from a script. GitLab is played by a local server in any case.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import script from './script.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const cli = here('../../agent/dist/bundle/cofferdam.js');
const task = 'Fix issue #1 and propose the fix as a merge request.';

const hasKey = Boolean(process.env.ANTHROPIC_API_KEY);
console.log(
  hasKey
    ? 'Demo with the model behind ANTHROPIC_API_KEY. A local server plays GitLab. Sandbox, tool servers, diff and apply are real.'
    : "Demo without ANTHROPIC_API_KEY: a local server plays a fixed script of the model's turns, another one plays GitLab. Sandbox, tool servers, diff and apply are real.",
);

await import('../setup.mjs');
const { startMessagesApi } = await import('../dist/fakes/messages-api/index.js');
const { startGitLab } = await import('../dist/fakes/gitlab/index.js');

const folder = mkdtempSync(join(tmpdir(), 'cofferdam-demo-'));
const clone = join(folder, 'clone');
const project = 'acme/split-bill';
const gitlab = await startGitLab({ seed: 'demo', repositories: { [project]: here('repository') } });
const token = gitlab.demo.token.value;
const api = hasKey ? undefined : await startMessagesApi(script);
const env = {
  ...process.env,
  COFFERDAM_HOME: join(folder, 'home'),
  GITLAB_URL: gitlab.url,
  GITLAB_TOKEN: token,
  ...(api && { ANTHROPIC_API_KEY: 'played-from-a-script', ANTHROPIC_BASE_URL: api.url }),
};

try {
  section(`The project ${project} of ${gitlab.url}, cloned to ${clone}`);
  makeRepository(clone);
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

  section('The merge request in GitLab');
  const [proposed, ...others] = await ask('merge_requests?state=opened');
  if (!proposed || others.length > 0) throw new Error('GitLab should have one open merge request');
  console.log(`${proposed.references.full} ${proposed.title}\n${proposed.web_url}\n\n${proposed.description}\n`);
  for (const { diff } of await ask(`merge_requests/${proposed.iid}/diffs`)) process.stdout.write(diff);
  const closes = await ask(`merge_requests/${proposed.iid}/closes_issues`);
  if (closes[0]?.iid !== 1) throw new Error('the merge request does not close the issue');

  section('What was done in GitLab: cofferdam audit report, and audit verify');
  await cofferdam('audit', 'report');
  await cofferdam('audit', 'verify');

  section('Done: the tests pass, the change waits in the clone, and a merge request proposes it');
  console.log(`clone    ${clone}\nsession  ${join(folder, 'home')}`);
} catch (error) {
  console.error(`\nThe demo failed: ${error.message}\nWhat it left: ${folder}`);
  process.exitCode = 1;
} finally {
  await api?.close();
  await gitlab.close();
}

/** As `git clone` would make it: the commit that GitLab has, and GitLab as its remote. */
function makeRepository(folder) {
  cpSync(here('repository'), folder, { recursive: true });
  const author = ['-c', 'user.name=Demo', '-c', 'user.email=demo@example.invalid', '-c', 'commit.gpgsign=false'];
  git('init', '--quiet', '--initial-branch=main', folder);
  git('-C', folder, 'add', '--all');
  git('-C', folder, ...author, 'commit', '--quiet', '--message', 'Split by the largest remainder method');
  git('-C', folder, 'remote', 'add', 'origin', `${gitlab.url}/${project}.git`);
}

async function ask(path) {
  const url = `${gitlab.url}/api/v4/projects/${encodeURIComponent(project)}/${path}`;
  const response = await fetch(url, { headers: { 'private-token': token } });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.json();
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
