import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startWorkplace, type Workplace } from '../testing/workplace.js';
import { access } from '../world/types.js';

const run = promisify(execFile);

let at: Workplace;
let folder: string;

beforeEach(async () => {
  at = await startWorkplace();
  folder = mkdtempSync(join(tmpdir(), 'gitlab-clone-'));
});

afterEach(async () => {
  rmSync(folder, { recursive: true });
  await at.gitlab.close();
});

/** Never blocks: the server is in this process. */
async function git(...args: string[]): Promise<string> {
  const env = { PATH: process.env['PATH'], HOME: folder, GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' };
  const identity = ['-c', 'user.name=Dev', '-c', 'user.email=dev@example.com'];
  return (await run('git', [...identity, ...args], { cwd: folder, env })).stdout;
}

function cloneUrl(scopes: string[], level = access.developer as number): string {
  const { world, url } = at.gitlab;
  const user = world.addUser();
  world.addMember(at.project, user, level as typeof access.developer);
  const { host } = new URL(url);
  return `http://oauth2:${world.addToken({ user, scopes }).value}@${host}/acme/shop.git`;
}

test('clone, commit, push: the merge request from the branch gets a version', async () => {
  const { world } = at.gitlab;
  world.commit(at.project, { branch: 'fix', files: { 'a.txt': 'a\n' } });
  const request = world.addMergeRequest({ project: at.project, sourceBranch: 'fix' });
  await git('clone', '--quiet', '--branch', 'fix', cloneUrl(['write_repository']), '.');
  writeFileSync(join(folder, 'a.txt'), 'b\n');
  await git('commit', '--quiet', '--all', '--message', 'Change it');
  await git('push', '--quiet', 'origin', 'fix');
  const head = (await git('rev-parse', 'HEAD')).trim();
  expect(at.project.repository?.resolve('fix')).toBe(head);
  expect(request.versions.map(({ headSha }) => headSha).at(-1)).toBe(head);
});

test('what a token may not do', async () => {
  await expect(git('clone', cloneUrl([]), 'none')).rejects.toThrow('403');
  await expect(git('clone', cloneUrl(['api'], access.guest), 'guest')).rejects.toThrow('not found');
  await git('clone', '--quiet', cloneUrl(['read_repository']), '.');
  await expect(git('push', 'origin', 'HEAD:other')).rejects.toThrow('403');
});

test('a protected branch is for maintainers', async () => {
  await git('clone', '--quiet', cloneUrl(['api']), '.');
  await git('commit', '--quiet', '--allow-empty', '--message', 'Nothing');
  await expect(git('push', 'origin', 'main')).rejects.toThrow('403');
  await git('push', '--quiet', cloneUrl(['api'], access.maintainer), 'main');
  expect(at.project.repository?.resolve('main')).toBe((await git('rev-parse', 'HEAD')).trim());
});
