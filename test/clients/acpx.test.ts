// The agent under acpx, an ACP client that is not ours.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { call, say, toolResults } from '../fakes/messages-api/index.js';
import { home, modelThatPlays, program } from '../support/cofferdam.js';
import { installPrograms, type Programs } from '../support/node24.js';
import { repositoryWith, temporaryFolder } from '../support/workspaces.js';

let programs: Programs;
beforeAll(async () => {
  programs = await installPrograms();
});

interface Said {
  code: number | null;
  stdout: string;
}

/** Runs acpx in a workspace, as a user whose agent asks this model. */
function acpxIn(workspace: string, modelUrl: string): (...args: string[]) => Promise<Said> {
  const own = temporaryFolder();
  const { PATH, DOCKER_HOST } = process.env;
  const env = {
    PATH,
    HOME: own,
    ...(DOCKER_HOST !== undefined && { DOCKER_HOST }),
    COFFERDAM_HOME: home,
    ANTHROPIC_API_KEY: 'any',
    ANTHROPIC_BASE_URL: modelUrl,
  };
  const agent = `${process.execPath} ${program} acp`;
  return (...args) =>
    new Promise((resolve) => {
      const all = [programs.acpx, '--agent', agent, '--cwd', workspace, '--timeout', '60', ...args];
      const child = execFile(programs.node, all, { env, maxBuffer: 16 * 2 ** 20 }, (_, stdout) =>
        resolve({ code: child.exitCode, stdout }),
      );
    });
}

const write = call('files__write_file', { path: 'a.txt', content: 'two\n' });
const plan = call('update_plan', { steps: [{ title: 'Write two', status: 'in_progress' }] });

test('a whole task: the plan is approved, the work is done in the sandbox, the changes are applied', async () => {
  const root = repositoryWith({ 'a.txt': 'one\n' });
  const command = call('commands__run_command', { command: 'cat a.txt' });
  const model = await modelThatPlays([plan, write, command, say('It says two.')]);
  const acpx = acpxIn(root, model.url);
  const { code, stdout } = await acpx('--approve-all', 'exec', 'Make it two.');
  expect(code).toBe(0);
  for (const shown of ['Write two', 'Write a.txt', 'Run cat a.txt', 'It says two.', 'Apply 1 file']) {
    expect(stdout).toContain(shown);
  }
  expect(readFileSync(join(root, 'a.txt'), 'utf8')).toBe('two\n');
  expect(model.rejected).toEqual([]);
});

test('who denies everything changes nothing', async () => {
  const root = repositoryWith({ 'a.txt': 'one\n' });
  const model = await modelThatPlays([plan, write, say('Then not.')]);
  await acpxIn(root, model.url)('--deny-all', 'exec', 'Make it two.');
  expect(model.requests.flatMap(toolResults).map(({ isError }) => isError)).toEqual([true, true]);
  expect(readFileSync(join(root, 'a.txt'), 'utf8')).toBe('one\n');
});

test('a session that lasts: its mode is set, and the second prompt knows the first', async () => {
  const root = repositoryWith({ 'a.txt': 'one\n' });
  const model = await modelThatPlays([say('Hello.'), write, say('I may not.')]);
  const acpx = acpxIn(root, model.url);
  expect(await acpx('sessions', 'new')).toMatchObject({ code: 0 });
  expect(await acpx('set-mode', 'ask')).toMatchObject({ code: 0 });
  expect((await acpx('--approve-all', 'prompt', 'Remember the number 7.')).stdout).toContain('Hello.');
  expect((await acpx('--approve-all', 'prompt', 'Make it two.')).stdout).toContain('I may not.');
  expect(JSON.stringify(model.requests.at(-1)?.body.messages)).toContain('Remember the number 7.');
  expect(readFileSync(join(root, 'a.txt'), 'utf8')).toBe('one\n');
  await acpx('sessions', 'close');
});
