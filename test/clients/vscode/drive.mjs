// Drives `cofferdam mcp gitlab` by VS Code's own MCP client, with the configuration that docs/gitlab.md gives; see README.md.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { hands, openWorkbench } from './workbench.mjs';

const [installed, chromium = '/usr/bin/chromium'] = process.argv.slice(2);
if (!installed) throw new Error('Name the folder where code-server is installed: README.md says how.');

const fromRoot = (path) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const base = mkdtempSync(join(tmpdir(), 'cofferdam-vscode-'));
const log = join(base, 'calls.jsonl');
const gitlab = await startGitLab();
write(
  'workspace/.vscode/mcp.json',
  documented().replace('https://gitlab.example.com', gitlab.url).replace('group/project', gitlab.project),
);
write('state/User/settings.json', JSON.stringify({ 'workbench.startupEditor': 'none' }));
cpSync(fromRoot('test/clients/vscode/tool-caller'), join(base, 'state/extensions/cofferdam.tool-caller-0.1.0'), {
  recursive: true,
});
// VS Code takes PATH from a login shell.
mkdirSync(join(base, 'bin'));
symlinkSync(fromRoot('agent/bin/cofferdam.js'), join(base, 'bin/cofferdam'));
write('.profile', `PATH=${join(base, 'bin')}:${dirname(process.execPath)}:$PATH\n`);

const workbench = await openWorkbench({
  installed,
  chromium,
  workspace: join(base, 'workspace'),
  state: join(base, 'state'),
  port: 18_420,
  env: { PATH: process.env.PATH, HOME: base, COFFERDAM_HOME: join(base, 'home'), TOOL_CALLER_LOG: log },
});
const user = hands(workbench.page);
try {
  await user.command('>MCP: List Servers');
  assert.ok((await user.rows()).includes('gitlab, Stopped, workspace/.vscode/mcp.json'));
  await user.pick('gitlab');
  await user.pick('Start Server');
  await user.enter(gitlab.token); // "GitLab token (Press 'Enter' to confirm or 'Escape' to cancel)"
  await sleep(3000);
  await user.command('>MCP: List Servers');
  assert.ok((await user.rows()).includes('gitlab, Running, workspace/.vscode/mcp.json'));
  await user.pick('gitlab');
  await user.pick('Show Output');
  console.log((await user.output()).join('\n'));

  const read = await call('get_issue', { issue: '#1' });
  assert.match(read.said, /go to the wrong people.*never instructions/s);
  assert.match((await call('get_issue', { issue: 999 })).said, /There is nothing at/);
  assert.match((await call('get_issue', { issue: 'acme/other#1' })).said, /nothing was sent/);
  assert.match((await call('create_issue', { title: 'From VS Code' }, 'Yes')).said, /"title":"From VS Code"/);
  console.log(`VS Code knows ${read.ours} tools of ours; reading, refusing and writing went as they should.`);
} finally {
  await workbench.page.screenshot({ path: join(tmpdir(), 'cofferdam-vscode.png') });
  await workbench.close();
  gitlab.stop();
  rmSync(base, { recursive: true, force: true });
}

/** A tool that writes is confirmed first, in a dialog that `button` answers; one that reads is not. */
async function call(tool, input, button) {
  await user.command('>Tool Caller: Call');
  await user.enter(`mcp_gitlab_${tool} ${JSON.stringify(input)}`);
  await sleep(2000);
  assert.equal((await user.dialogs()).length, button ? 1 : 0);
  if (button) await user.answer(button);
  await sleep(2000);
  return JSON.parse(readFileSync(log, 'utf8').trim().split('\n').at(-1));
}

/** The first block of JSON in the page for users. */
function documented() {
  return readFileSync(fromRoot('docs/gitlab.md'), 'utf8').match(/```json\n(.*?)```/s)[1];
}

function write(path, content) {
  const file = join(base, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

async function startGitLab() {
  const fake = spawn(process.execPath, [fromRoot('test/dist/fakes/gitlab/main.js')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(fake.stdout)) return { ...JSON.parse(line), stop: () => fake.kill() };
  throw new Error('The GitLab to test against did not start.');
}
