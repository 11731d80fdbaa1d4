// A repository is hostile: whatever it configures, no call may run it. Every canary below sings with plain Git.
import { appendFileSync, chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Call, canary, commit, connect, git, repository, tempFolder, write } from './testing.js';

/** Each tool, in the ways that reach most of Git. Answers what was refused, and why. */
async function callEveryTool(call: Call): Promise<string[]> {
  const calls: [string, Record<string, unknown>?][] = [
    ['git_status', { untracked: 'all' }],
    ['git_diff'],
    ['git_diff', { staged: true }],
    ['git_diff', { from: 'HEAD~1' }],
    ['git_diff', { from: 'HEAD~1', to: 'HEAD' }],
    ['git_diff', { from: 'HEAD~1', format: 'stat' }],
    ['git_log', { grep: 'Second' }],
    ['git_log', { paths: ['a.txt'], author: 'Ada' }],
    ['git_show'],
    ['git_show', { path: 'a.txt' }],
    ['git_blame', { path: 'a.txt' }],
    ['git_blame', { path: 'a.txt', revision: 'HEAD' }],
    ['git_branches'],
    ['git_commit', { message: 'Nothing is staged yet' }],
    ['git_add', { paths: ['new.txt'] }],
    ['git_add', { paths: ['.'] }],
    ['git_commit', { message: 'Third' }],
    ['git_restore', { paths: ['a.txt'], from: 'HEAD~1' }],
    ['git_restore', { paths: ['.'], staged: true, worktree: true }],
    ['git_create_branch', { name: 'work' }],
    ['git_switch', { target: 'main' }],
    ['git_switch', { target: 'HEAD~1', detach: true }],
  ];
  const refusals: string[] = [];
  for (const [name, args] of calls) {
    const { error, text } = await call(name, args);
    if (error) refusals.push(`${name} ${error}: ${text}`);
  }
  return refusals;
}

function dirty(): string {
  const folder = repository();
  commit(folder, { 'a.txt': 'one\n2\nthree\n' }, 'Second');
  write(folder, { 'a.txt': 'uno\n2\nthree\n', 'new.txt': 'new\n' });
  return folder;
}

const config =
  (...settings: [string, string][]) =>
  (folder: string, program: string) => {
    for (const [key, value] of settings) git(folder, 'config', '--add', key, value.replaceAll('CANARY', program));
  };

const attributes =
  (line: string, ...settings: [string, string][]) =>
  (folder: string, program: string) => {
    appendFileSync(join(folder, '.git/info/attributes'), `${line}\n`);
    config(...settings)(folder, program);
  };

const HOOKS = [
  'pre-commit',
  'prepare-commit-msg',
  'commit-msg',
  'post-commit',
  'post-checkout',
  'post-index-change',
  'reference-transaction',
  'pre-auto-gc',
  'post-rewrite',
];

const VECTORS: Record<string, (folder: string, program: string) => void> = {
  hooks: (folder, program) => {
    for (const hook of HOOKS) copyFileSync(program, join(folder, '.git/hooks', hook));
  },
  'core.hooksPath': (folder, program) => {
    mkdirSync(join(folder, 'hooks'));
    for (const hook of HOOKS) copyFileSync(program, join(folder, 'hooks', hook));
    git(folder, 'config', 'core.hooksPath', 'hooks');
  },
  'hooks from the configuration': config(['hook.x.command', 'CANARY'], ['hook.x.event', 'pre-commit']),
  fsmonitor: config(['core.fsmonitor', 'CANARY']),
  'a clean and smudge filter': attributes(
    '* filter=x',
    ['filter.x.clean', 'CANARY'],
    ['filter.x.smudge', 'CANARY'],
    ['filter.x.required', 'true'],
  ),
  'a filter process': attributes('* filter=x', ['filter.x.process', 'CANARY'], ['filter.x.required', 'true']),
  'a filter whose name holds "="': attributes(
    '* filter=a=b',
    ['filter.a=b.clean', 'CANARY'],
    ['filter.a=b.smudge', 'CANARY'],
  ),
  'a filter whose name holds dots': attributes('* filter=a.b.clean', ['filter.a.b.clean.clean', 'CANARY']),
  'a filter whose name is not UTF-8': (folder, program) => {
    appendFileSync(join(folder, '.git/info/attributes'), Buffer.from('* filter=caf\xe9\n', 'latin1'));
    appendFileSync(join(folder, '.git/config'), Buffer.from(`[filter "caf\xe9"]\n\tclean = ${program}\n`, 'latin1'));
  },
  'a filter from an included file': (folder, program) => {
    appendFileSync(join(folder, '.git/info/attributes'), '* filter=x\n');
    writeFileSync(join(folder, 'more.config'), `[filter "x"]\n\tclean = ${program}\n\tsmudge = ${program}\n`);
    git(folder, 'config', 'include.path', '../more.config');
  },
  'a filter from the configuration of a worktree': (folder, program) => {
    appendFileSync(join(folder, '.git/info/attributes'), '* filter=x\n');
    git(folder, 'config', 'extensions.worktreeConfig', 'true');
    git(folder, 'config', '--worktree', 'filter.x.clean', program);
  },
  'diff.external': config(['diff.external', 'CANARY']),
  'a diff driver': attributes('* diff=x', ['diff.x.command', 'CANARY']),
  textconv: attributes('* diff=x', ['diff.x.textconv', 'CANARY'], ['diff.x.cachetextconv', 'false']),
  'a merge driver': attributes('* merge=x', ['merge.x.driver', 'CANARY']),
  pagers: config(
    ['core.pager', 'CANARY'],
    ['pager.log', 'CANARY'],
    ['pager.diff', 'CANARY'],
    ['pager.status', 'CANARY'],
  ),
  editors: config(['core.editor', 'CANARY'], ['sequence.editor', 'CANARY'], ['commit.verbose', 'true']),
  signing: config(
    ['commit.gpgSign', 'true'],
    ['tag.gpgSign', 'true'],
    ['log.showSignature', 'true'],
    ['gpg.program', 'CANARY'],
    ['user.signingKey', 'x'],
  ),
  'SSH signing': config(
    ['commit.gpgSign', 'true'],
    ['gpg.format', 'ssh'],
    ['gpg.ssh.program', 'CANARY'],
    ['gpg.ssh.defaultKeyCommand', 'CANARY'],
  ),
  'credentials and transports': config(
    ['credential.helper', 'CANARY'],
    ['core.askPass', 'CANARY'],
    ['core.sshCommand', 'CANARY'],
    ['core.gitProxy', 'CANARY'],
    ['core.alternateRefsCommand', 'CANARY'],
    ['protocol.ext.allow', 'always'],
  ),
  aliases: config(['alias.status', '!CANARY'], ['alias.log', '!CANARY'], ['alias.switch', '!CANARY']),
  maintenance: config(['gc.auto', '1'], ['gc.autoDetach', 'false'], ['maintenance.auto', 'true']),
  trailers: config(['trailer.x.command', 'CANARY'], ['trailer.x.cmd', 'CANARY'], ['trailer.x.ifMissing', 'add']),
  'another working tree': (folder, program) => {
    const elsewhere = tempFolder();
    writeFileSync(join(elsewhere, '.gitattributes'), '* diff=x\n');
    config(['core.worktree', elsewhere], ['diff.x.command', 'CANARY'])(folder, program);
  },
  'a submodule with its own configuration': (folder, program) => {
    const child = repository({ 'b.txt': 'b\n' });
    git(folder, 'submodule', '--quiet', 'add', child, 'sub');
    git(folder, 'commit', '--quiet', '--message', 'Submodule');
    const inside = join(folder, 'sub');
    config(['core.fsmonitor', program], ['filter.x.clean', program], ['diff.external', program])(inside, program);
    write(folder, { 'sub/b.txt': 'B\n', 'sub/.gitattributes': '* filter=x\n', '.gitmodules': unignored(child) });
    config(
      ['diff.submodule', 'diff'],
      ['submodule.recurse', 'true'],
      ['status.submoduleSummary', 'true'],
    )(folder, program);
    config(
      ['diff.ignoreSubmodules', 'none'],
      ['submodule.sub.ignore', 'none'],
      ['submodule.sub.update', '!CANARY'],
    )(folder, program);
  },
  'a program called git in the working tree': (folder, program) => {
    copyFileSync(program, join(folder, 'git'));
    chmodSync(join(folder, 'git'), 0o755);
  },
};

function unignored(url: string): string {
  return `[submodule "sub"]\n\tpath = sub\n\turl = ${url}\n\tignore = none\n`;
}

/** Every other call does its work, so that no canary is silent only because nothing was tried. */
const EXPECTED =
  /^(?:git_commit nothing-staged|git_(?:add|restore|create_branch|switch) filtered|\S+ config-refused.*not UTF-8)/;

describe.each(Object.entries(VECTORS))('%s', (_, arrange) => {
  test('is never run', async () => {
    const folder = dirty();
    const { program, mark } = canary();
    arrange(folder, program);
    const { call } = await connect({ root: folder });
    const refusals = await callEveryTool(call);
    expect(existsSync(mark)).toBe(false);
    expect(refusals.filter((refusal) => !EXPECTED.test(refusal))).toEqual([]);
  });
});

test('the same calls run their course where nothing is in their way', async () => {
  const folder = dirty();
  const { call } = await connect({ root: folder });
  expect(await callEveryTool(call)).toEqual([expect.stringContaining('nothing-staged')]);
  expect(git(folder, 'log', '--format=%s', 'main')).toBe('Third\nSecond\nFirst');
  expect(git(folder, 'rev-parse', 'HEAD')).toBe(git(folder, 'rev-parse', 'main~1'));
});

test.each([
  ['hooks', ['commit', '--quiet', '--all', '--message', 'x']],
  ['fsmonitor', ['status']],
  ['a clean and smudge filter', ['add', '.']],
  ['a filter whose name holds "="', ['add', '.']],
  ['a filter from an included file', ['add', '.']],
  ['diff.external', ['diff']],
  ['textconv', ['diff']],
  ['signing', ['commit', '--quiet', '--all', '--message', 'x']],
  ['a submodule with its own configuration', ['status']],
] as const)('the canary of %s sings with plain Git', (vector, args) => {
  const folder = dirty();
  const { program, mark } = canary();
  VECTORS[vector]?.(folder, program);
  try {
    git(folder, ...args);
  } catch {
    // Some canaries make Git fail: they sang nevertheless.
  }
  expect(existsSync(mark)).toBe(true);
});

test('a missing object of a partial clone is not fetched', async () => {
  const origin = dirty();
  const { program, mark } = canary();
  const folder = join(tempFolder(), 'clone');
  git(origin, 'config', 'uploadpack.allowFilter', 'true');
  git(tempFolder(), 'clone', '--quiet', '--filter=blob:none', `file://${origin}`, folder);
  git(folder, 'config', 'remote.origin.url', `ext::${program}`);
  git(folder, 'config', 'remote.origin.uploadpack', program);
  git(folder, 'config', 'protocol.ext.allow', 'always');
  const { call } = await connect({ root: folder });
  const diff = await call('git_diff', { from: 'HEAD~1', to: 'HEAD' });
  expect(diff).toMatchObject({ error: 'object-missing', text: expect.stringContaining('partial') });
  await callEveryTool(call);
  expect(existsSync(mark)).toBe(false);
});

test('the environment of the server does not reach Git', async () => {
  const folder = dirty();
  const { program, mark } = canary();
  const other = repository({ 'secret.txt': '' });
  const hostile = {
    GIT_DIR: join(other, '.git'),
    GIT_EXTERNAL_DIFF: program,
    GIT_SSH_COMMAND: program,
    GIT_PAGER: program,
    GIT_EDITOR: program,
    GIT_ASKPASS: program,
    GIT_EXEC_PATH: folder,
    GIT_CONFIG_PARAMETERS: `'core.fsmonitor=${program}'`,
    PATH: `:.:${folder}:${process.env['PATH']}`,
  };
  copyFileSync(program, join(folder, 'git'));
  const before = { ...process.env };
  Object.assign(process.env, hostile);
  try {
    const { call } = await connect({ root: folder });
    await callEveryTool(call);
  } finally {
    for (const name of Object.keys(hostile)) delete process.env[name];
    Object.assign(process.env, before);
  }
  expect(existsSync(mark)).toBe(false);
  expect(readdirSync(other)).toEqual(['.git', 'secret.txt']);
  expect(git(folder, 'log', '--format=%s', 'main')).toContain('Third');
});
