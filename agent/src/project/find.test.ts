// Real repositories, Git and ssh. A repository is hostile: whatever it configures, nothing of it may run.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeFinding } from './describe.js';
import { findProject } from './find.js';
import { readGitLabSettings } from './settings.js';

let place: string;
let env: NodeJS.ProcessEnv;

beforeEach(() => {
  place = realpathSync(mkdtempSync(join(tmpdir(), 'project-')));
  env = { PATH: process.env['PATH'], HOME: place, GIT_CONFIG_NOSYSTEM: '1' };
});
afterEach(() => rmSync(place, { recursive: true }));

function git(folder: string, ...args: string[]): string {
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', '-c', 'protocol.file.allow=always'];
  return execFileSync('git', [...identity, ...args], { cwd: folder, env, encoding: 'utf8', stdio: 'pipe' }).trim();
}

function repository(...remotes: [name: string, url: string][]): string {
  const folder = mkdtempSync(join(place, 'repository-'));
  git(folder, 'init', '--quiet', '--initial-branch=main');
  for (const [name, url] of remotes) git(folder, 'config', `remote.${name}.url`, url);
  return folder;
}

function commit(folder: string): void {
  git(folder, 'commit', '--quiet', '--allow-empty', '--message', 'First');
}

function program(name: string, script: string): string {
  mkdirSync(join(place, 'bin'), { recursive: true });
  const path = join(place, 'bin', name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  env['PATH'] = `${join(place, 'bin')}:${env['PATH']}`;
  return path;
}

/** The user's SSH configuration: the real ssh looks it up in the password database, so it is told. */
function sshConfig(text: string): void {
  const ssh = execFileSync('sh', ['-c', 'command -v ssh'], { encoding: 'utf8' }).trim();
  writeFileSync(join(place, 'ssh_config'), text);
  program('ssh', `exec ${ssh} -F ${join(place, 'ssh_config')} "$@"`);
}

async function find(folder: string): Promise<string> {
  return describeFinding(await findProject({ folder, settings: readGitLabSettings(env), env }));
}

const nothing = 'No GitLab project: No Git remote here names one on a server.';

describe('a checkout', () => {
  const lab: [string, string] = ['origin', 'https://oauth2:glpat-secret@lab.example/group/sub/project.git'];

  test('that is empty is on its branch', async () => {
    expect(await find(repository(lab))).toBe('group/sub/project on lab.example, branch main');
  });

  test('is found from a folder in it', async () => {
    const folder = repository(lab);
    mkdirSync(join(folder, 'packages/a'), { recursive: true });
    expect(await find(join(folder, 'packages/a'))).toBe('group/sub/project on lab.example, branch main');
  });

  test('with a detached HEAD has no branch', async () => {
    const folder = repository(lab);
    commit(folder);
    git(folder, 'checkout', '--quiet', '--detach');
    expect(await find(folder)).toBe('group/sub/project on lab.example, detached HEAD');
  });

  test('that is a linked worktree has the remotes of its repository and a branch of its own', async () => {
    const folder = repository(lab);
    commit(folder);
    git(folder, 'worktree', 'add', '--quiet', '-b', 'fix/1', join(place, 'linked'));
    expect(await find(join(place, 'linked'))).toBe('group/sub/project on lab.example, branch fix/1');
  });

  test('that is a submodule is a project of its own', async () => {
    const folder = repository(lab);
    const child = repository();
    commit(child);
    git(folder, 'submodule', '--quiet', 'add', child, 'sub');
    expect(await find(join(folder, 'sub'))).toBe(nothing);
    git(join(folder, 'sub'), 'remote', 'set-url', 'origin', 'git@lab.example:group/library.git');
    expect(await find(join(folder, 'sub'))).toBe('group/library on lab.example, branch main');
  });

  test('follows the remote that its branch tracks', async () => {
    const folder = repository(lab, ['my.fork', 'git@lab.example:ada/project']);
    git(folder, 'config', 'branch.main.remote', 'my.fork');
    expect(await find(folder)).toBe('ada/project on lab.example, branch main');
  });

  test('fetches from the first URL of a remote', async () => {
    const folder = repository(lab);
    git(folder, 'config', '--add', 'remote.origin.url', 'https://mirror.example/group/copy');
    git(folder, 'config', 'remote.origin.pushurl', 'git@lab.example:ada/project');
    expect(await find(folder)).toBe('group/sub/project on lab.example, branch main');
  });
});

test.each([
  ['no remote', []],
  ['a path', ['/srv/git/group/project.git']],
  ['a file URL', ['file:///srv/git/group/project.git']],
])('a repository with %s has no project', async (_, urls) => {
  expect(await find(repository(...urls.map((url): [string, string] => ['origin', url])))).toBe(nothing);
});

test('a folder without Git has a project when the user names it whole', async () => {
  expect(await find(place)).toBe(nothing);
  Object.assign(env, { GITLAB_URL: 'https://lab.example', GITLAB_PROJECT: 'group/project' });
  expect(await find(place)).toBe('group/project on lab.example, detached HEAD');
});

test('a machine without Git and ssh has none', async () => {
  const folder = repository(['origin', 'git@lab.example:group/project']);
  env['PATH'] = join(place, 'no-programs');
  expect(await find(folder)).toBe(nothing);
  mkdirSync(join(place, 'only-git'));
  symlinkSync(execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim(), join(place, 'only-git/git'));
  env['PATH'] = join(place, 'only-git');
  expect(await find(folder)).toBe('group/project on lab.example, branch main');
});

describe('insteadOf', () => {
  test.each([
    'lab:group/project.git',
    'lab:other/project.git',
    'https://old.example/group/project',
    'https://new.example/group/project',
  ])('makes of %s what Git makes of it', async (url) => {
    writeFileSync(
      join(place, '.gitconfig'),
      `[url "https://lab.example/"]\n  insteadOf = lab:\n  insteadOf = https://old.example/\n
       [url "git@push.example:"]\n  pushInsteadOf = https://\n`,
    );
    const folder = repository(['origin', url]);
    git(folder, 'config', 'url.git@new.example:inner/.insteadOf', 'lab:group/');
    const direct = repository(['origin', git(folder, 'ls-remote', '--get-url', 'origin')]);
    expect(await find(folder)).toMatch(/^(?:group|other|inner)\/project on (?:lab|new)\.example, branch main$/);
    expect(await find(folder)).toBe(await find(direct));
  });
});

describe('a host of the SSH configuration', () => {
  const config = `
    Host Work
      HostName lab.example
      Port 2222
    Host *.com-work
      HostName gitlab.com
    Host gitlab.com
      HostName altssh.gitlab.com
      Port 443
    Host inside.example
      HostName 10.0.0.7
    Host odd
      HostName "x y"
    CanonicalizeHostname always
    CanonicalDomains lab.example`;

  test.each([
    ['git@Work:group/project.git', 'lab.example'],
    ['ssh://git@Work:22/group/project.git', 'lab.example'],
    ['git@gitlab.com-work:group/project.git', 'gitlab.com'],
    ['git@gitlab.com:group/project.git', 'gitlab.com'],
    ['git@inside.example:group/project.git', 'inside.example'],
    ['git@other.example:group/project.git', 'other.example'],
    ['git@constructor:group/project.git', 'constructor'],
    ['https://work/group/project.git', 'work'],
  ])('%s is on %s', async (url, server) => {
    sshConfig(config);
    expect(await find(repository(['origin', url]))).toBe(`group/project on ${server}, branch main`);
  });

  test('is the server of GITLAB_URL by either name', async () => {
    sshConfig(config);
    env['GITLAB_URL'] = 'https://inside.example/lab';
    expect(await find(repository(['origin', 'git@inside.example:group/project.git']))).toBe(
      'group/project on inside.example/lab, branch main',
    );
    env['GITLAB_URL'] = 'https://lab.example';
    expect(await find(repository(['origin', 'git@Work:group/project']))).toBe(
      'group/project on lab.example, branch main',
    );
  });
});

describe('a hostile repository', () => {
  function canary(): { path: string; mark: string } {
    const mark = join(place, 'sang');
    return { path: program('canary', `touch ${mark}`), mark };
  }

  test('runs nothing', async () => {
    const { path, mark } = canary();
    const folder = repository(['origin', 'git@lab.example:group/project.git'], ['ext', `ext::${path}`]);
    commit(folder);
    const settings = {
      'core.fsmonitor': path,
      'core.sshCommand': path,
      'core.pager': path,
      'core.askPass': path,
      'credential.helper': path,
      'pager.config': path,
      'protocol.ext.allow': 'always',
      'alias.config': `!${path}`,
      'alias.symbolic-ref': `!${path}`,
      'remote.origin.uploadpack': path,
      'remote.origin.vcs': 'ext',
    };
    for (const [key, value] of Object.entries(settings)) git(folder, 'config', key, value);
    expect(await find(folder)).toBe('group/project on lab.example, branch main');
    expect(existsSync(mark)).toBe(false);
    // The canary sings when Git does more than read its configuration.
    git(folder, 'status');
    expect(existsSync(mark)).toBe(true);
  });

  test('gives ssh no options and no shell commands', async () => {
    const { path, mark } = canary();
    sshConfig('Match exec "true %h"\n  User git');
    for (const url of [`ssh://-oProxyCommand=${path}/a/b`, `-oProxyCommand=${path}:a/b`, `git@$(${path}):a/b`]) {
      expect(await find(repository(['origin', url]))).toBe(nothing);
    }
    expect(existsSync(mark)).toBe(false);
  });

  test('does not put its own programs before the system’s', async () => {
    const folder = repository(['origin', 'git@lab.example:group/project.git']);
    const { path, mark } = canary();
    for (const bin of ['node_modules/.bin', 'packages/a']) {
      mkdirSync(join(folder, bin), { recursive: true });
      for (const name of ['git', 'ssh']) symlinkSync(path, join(folder, bin, name));
    }
    env['PATH'] = `:.:${join(folder, 'node_modules/.bin')}:${env['PATH']}`;
    expect(await find(join(folder, 'packages/a'))).toBe('group/project on lab.example, branch main');
    expect(existsSync(mark)).toBe(false);
  });

  test('writes nothing of its own into the terminal', async () => {
    const folder = repository(['a\x1b]0;x\x07', 'git@lab.example:a/b'], ['\u202eb', 'git@lab.example:c/d']);
    expect(await find(folder)).toBe(
      'Which project is meant? Set GITLAB_PROJECT. The remotes differ: a (a/b on lab.example), b (c/d on lab.example)',
    );
  });

  test('starts no ssh for each of its remotes', async () => {
    const log = join(place, 'started');
    program('ssh', `echo >> ${log}; exit 1`);
    const remotes = Array.from({ length: 100 }, (_, i) => `[remote "r${i}"]\n  url = git@host${i}:group/project\n`);
    const folder = repository(['origin', 'git@lab.example:group/project.git']);
    writeFileSync(join(folder, '.git/more'), remotes.join(''));
    git(folder, 'config', 'include.path', 'more');
    expect(await find(folder)).toBe('group/project on lab.example, branch main');
    expect(execFileSync('wc', ['-l', log], { encoding: 'utf8' })).toMatch(/^20 /);
  });
});
