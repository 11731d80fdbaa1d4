// `cofferdam policy` as its page tells it, and beyond.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { cofferdam } from '../support/cofferdam.js';
import { folderWith, temporaryFolder } from '../support/workspaces.js';

const page = readFileSync(new URL('../../docs/policy.md', import.meta.url), 'utf8');
const schemaFile = readFileSync(new URL('../../docs/policy.schema.json', import.meta.url), 'utf8');
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(([, text = '']) => text);

/** Runs one line in an empty workspace. */
function policy(args: string[], { home = temporaryFolder(), cwd = temporaryFolder(), env = {} } = {}) {
  return cofferdam(['policy', ...args], { cwd, env: { COFFERDAM_HOME: home, ...env } });
}

const verdictOf = { allow: 0, deny: 1, ask: 3 };

test.each(blocks('console').map((block) => [block.split('\n')[0], block] as const))(
  'the page is right: %s',
  async (_, block) => {
    const home = temporaryFolder();
    for (const [, words = '', printed = ''] of block.matchAll(/^\$ cofferdam policy (.*)\n((?:(?!\$ ).*\n)*)/gm)) {
      const { stdout, stderr, code } = await policy(wordsOf(words), { home });
      expect({ stdout: stdout.replaceAll(home, 'COFFERDAM_HOME'), stderr }).toEqual({ stdout: printed, stderr: '' });
      const verdict = /^(allow|deny|ask): /.exec(stdout)?.[1] as keyof typeof verdictOf | undefined;
      expect(code).toBe(verdict ? verdictOf[verdict] : 0);
    }
  },
);

/** Words and words in double quotes, as the page has them. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

test.each(blocks('yaml'))(
  'a file of the page holds in every layer, names tools that there are, and fits the schema: %.50j',
  async (text) => {
    const workspace = folderWith({ '.cofferdam/policy.yaml': text });
    const home = folderWith({ 'policy.yaml': text, 'organisation.yaml': text });
    const env = { COFFERDAM_ORGANISATION_POLICY: join(home, 'organisation.yaml') };
    const { code, stdout, stderr } = await policy(['show'], { home, cwd: workspace, env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('organisation.yaml:');
    const valid = new Ajv({ strict: false }).compile(JSON.parse(schemaFile));
    expect([valid(parse(text)), valid.errors]).toEqual([true, null]);
  },
);

test('the schema beside the page is the program\'s own: "cofferdam policy schema > docs/policy.schema.json"', async () => {
  expect((await policy(['schema'])).stdout).toBe(schemaFile);
});

test('the schema refuses what the program refuses', () => {
  const valid = new Ajv({ strict: false }).compile(JSON.parse(schemaFile));
  for (const text of [
    'alow: []',
    'allow: [5]',
    'allow: [{a.b: x, c.d: y}]',
    'limits: { truns: 1 }',
    'servers: { a: maybe }',
    'limits: { money: "5" }',
  ]) {
    expect([text, valid(parse(text))]).toEqual([text, false]);
  }
});

describe('check', () => {
  test.each<[call: string, mode: string, verdict: keyof typeof verdictOf]>([
    ['npm test', 'build', 'allow'],
    ['npm run deploy', 'build', 'ask'],
    ['npm run deploy', 'auto', 'allow'],
    ['npm test', 'ask', 'deny'],
    ['commands.start_command: npm run dev', 'build', 'ask'],
    ['files.edit_file: src/a.ts', 'plan', 'deny'],
    ['files.edit_file: src/a.ts', 'build', 'allow'],
    ['git.git_commit', 'build', 'allow'],
    ['gitlab.get_issue', 'ask', 'allow'],
    ['gitlab.create_note', 'auto', 'ask'],
    ['weather.get_forecast: { city: Berlin }', 'auto', 'ask'],
    ['host: example.org', 'auto', 'ask'],
  ])('%s in mode %s: %s', async (call, mode, verdict) => {
    const { code, stdout } = await policy(['check', call, '--mode', mode, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict,
      reason: expect.any(String),
      decidedBy: { text: expect.any(String) },
    });
    expect(code).toBe(verdictOf[verdict]);
  });

  test.each([
    [['check'], 'Give the call as one argument'],
    [['check', 'npm', 'test'], 'Give the call as one argument'],
    [['check', 'x', '--mode', 'fast'], 'must be one of: ask, plan, build, auto'],
    [['check', 'x', '--workspace', 'none'], 'none is not a folder'],
    [['check', 'gitlab.create_nte'], 'did you mean gitlab.create_note?'],
    [['check', 'weather.x: {'], 'is not understood'],
    [['allow', 'files.edit_fle'], 'did you mean files.edit_file?'],
    [['explode'], 'must be one of: check, show, allow'],
    [['show', 'x'], 'takes no call'],
  ])('%j is wrong usage', async (args, message) => {
    const { code, stdout, stderr } = await policy(args);
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
  });
});

test.each([
  ['deny:\n  - commands.*: npm test; x\n', 'policy.yaml:2 cannot be used: npm test; x is not one plain command'],
  ['alow: []\n', 'did you mean "allow"?'],
  ['a: &a [*a]\n', 'policy.yaml'],
  ['x\u001b]0;title\u0007: 1\n', 'policy.yaml:1'],
])('a policy that cannot be used denies everything and says where: %j', async (text, message) => {
  const workspace = folderWith({ '.cofferdam/policy.yaml': text });
  const { code, stdout, stderr } = await policy(['check', 'npm test'], { cwd: workspace });
  expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: expect.stringContaining(message) });
  expect(stderr).not.toMatch(/\u001b|^ {4}at /m);
});

test('allow, move, forget: the file keeps what is not ours, and the GitLab servers still read it', async () => {
  const home = folderWith({ 'policy.yaml': '# mine\ngitlab: # wide\n  projects: [ a/b ]\n' });
  const text = () => readFileSync(join(home, 'policy.yaml'), 'utf8');
  expect((await policy(['deny', 'commands.run_command: git commit -m "a: b"'], { home })).code).toBe(0);
  expect(text()).toBe(
    `# mine\ngitlab: # wide\n  projects: [ a/b ]\ndeny:\n  - commands.run_command: 'git commit -m "a: b"'\n`,
  );
  expect((await policy(['check', "git commit -m 'a: b'"], { home })).code).toBe(1);
  expect((await policy(['allow', 'commands.run_command: git commit -m "a: b"'], { home })).stdout).toContain(
    'Moved within',
  );
  expect((await policy(['check', "git commit -m 'a: b'", '--mode', 'build'], { home })).code).toBe(0);
  expect(JSON.parse((await policy(['show', '--json'], { home })).stdout)).toMatchObject({
    gitlab: { projects: ['a/b'] },
    rules: [{ line: 5, verdict: 'allow' }],
  });
  expect((await policy(['forget', 'commands.run_command: git commit -m "a: b"'], { home })).code).toBe(0);
  expect(text()).toBe('# mine\ngitlab: # wide\n  projects: [ a/b ]\n');
  expect((await policy(['forget', 'gitlab.*'], { home })).code).toBe(1);
});

test('show --defaults prints the known commands, and warns of rules that never match', async () => {
  const home = temporaryFolder();
  writeFileSync(join(home, 'policy.yaml'), 'deny:\n  - files.read_fil\n');
  mkdirSync(join(home, 'work'));
  const { stdout, stderr } = await policy(['show', '--defaults'], { home });
  expect(stdout).toContain('  - commands.*: npm test **');
  expect(stderr).toContain(
    'policy.yaml:2: deny files.read_fil: there is no tool files.read_fil; did you mean files.read_file?',
  );
});
