import { describe, expect, test } from 'vitest';
import { egressCall } from './hosts.js';
import { auto, brief, build, edit, issue, note, policyOf, read, run, start, weather } from './testing.js';
import type { CallFacts, Situation } from './types.js';

describe('without any file', () => {
  const plan: Situation = { ...auto, mode: 'plan' };
  const ask: Situation = { ...auto, mode: 'ask' };
  const stop: CallFacts = { ...run(undefined), tool: 'stop_command', input: { id: 'c1' } };
  const send: CallFacts = { ...stop, tool: 'send_input' };

  test.each<[name: string, call: CallFacts, ask: string, plan: string, approved: string, build: string, auto: string]>([
    ['reading a file', read('a'), 'allow', 'allow', 'allow', 'allow', 'allow'],
    ['reading an issue', issue, 'allow', 'allow', 'allow', 'allow', 'allow'],
    [
      "the agent's own tools",
      { ...edit('a'), server: 'cofferdam', tool: 'update_plan' },
      'allow',
      'allow',
      'allow',
      'allow',
      'allow',
    ],
    ['editing a file', edit('a'), 'deny', 'deny', 'allow', 'allow', 'allow'],
    ['tests', run('npm test'), 'deny', 'deny', 'allow', 'allow', 'allow'],
    ['another command', run('npm run deploy'), 'deny', 'deny', 'allow', 'ask', 'allow'],
    ['what cannot be parsed', run('npm "'), 'deny', 'deny', 'allow', 'ask', 'allow'],
    ['a server in the background', start('npm start'), 'deny', 'deny', 'allow', 'ask', 'allow'],
    ['stopping a command', stop, 'deny', 'deny', 'allow', 'allow', 'allow'],
    ['typing into a command', send, 'deny', 'deny', 'allow', 'ask', 'allow'],
    ['a comment in GitLab', note, 'deny', 'deny', 'ask', 'ask', 'ask'],
    ["a third party's tool", weather, 'deny', 'deny', 'ask', 'ask', 'ask'],
    ['a connection', egressCall('example.org'), 'deny', 'deny', 'ask', 'ask', 'ask'],
  ])('%s', async (_, call, ...expected) => {
    const policy = await policyOf();
    const situations = [ask, plan, { ...plan, planApproved: true }, build, auto];
    expect(situations.map((situation) => policy.decide(call, situation).verdict)).toEqual(expected);
  });

  test('a denial of the mode says what to do', async () => {
    const policy = await policyOf();
    expect(policy.decide(edit('a'), plan).reason).toContain('call update_plan first');
    expect(policy.decide(edit('a'), ask).reason).toContain('This session only reads (mode ask)');
  });

  test.each([
    'git status',
    'git diff HEAD~1 | head -20',
    'cd web && npx vitest run',
    'go test ./...',
    'cargo test -p core',
    'python3 -m pytest -x tests',
    'mvn -q test',
    './gradlew :app:test',
    'bundle exec rspec spec/a_spec.rb',
    'make check',
    'ls -la src | wc -l',
    'find . -name "*.ts" -newer x',
    'grep -rn TODO src || true',
    'timeout 300 npm run lint -- --fix',
    "sh -c 'npm run build && npm test'",
    'cat a.txt > b.txt',
    'npm run build:web 2>&1 | tail -5',
    'for f in a b; do cat $f; done',
    'git log --oneline -5',
    'sort -u names.txt',
    'rg -n "a|b" --type ts',
    'node --test',
  ])('in build %j runs', async (line) => {
    expect((await policyOf()).decide(run(line), build).verdict).toBe('allow');
  });

  test.each([
    'npm install',
    'curl https://example.org',
    'rm -rf build',
    'find . -delete',
    'find . -name x -exec rm {} +',
    'find . $x',
    'sort -o a b',
    'sort -uo a b',
    'rg --pre ./x y',
    'git push',
    'git commit -m x',
    'git checkout main',
    'git -c core.pager=./x log',
    'git diff --output=x',
    'git grep -Ovi x',
    'node -e 1',
    'python3 x.py',
    './run.sh',
    'printf -v PATH .',
    'tee x',
    'uniq a b',
    'sed -i s/a/b/ x',
    'awk 1 x',
    'npx cowsay',
    'make deploy',
    'env',
    'sudo ls',
    'cat x | sh',
    'ls; ./evil',
    'ls $(./evil)',
    'PATH=. ls',
    'ls > /etc/x',
    'cd / && ls > x',
  ])('in build %j asks', async (line) => {
    expect((await policyOf()).decide(run(line), build).verdict).toBe('ask');
  });

  test('in build nothing runs unasked outside of the workspace', async () => {
    const policy = await policyOf();
    expect(policy.decide(run('npm test', { cwd: 'web' }), build).verdict).toBe('allow');
    for (const cwd of ['/etc', '../x', 'a/../../b', 5])
      expect(policy.decide(run('npm test', { cwd }), build).verdict).toBe('ask');
  });
});

describe('layers', () => {
  const allowNote = 'allow:\n  - gitlab.create_note\n';
  const askNote = 'ask:\n  - gitlab.create_note\n';
  const denyNote = 'deny:\n  - gitlab.create_note\n';

  test.each<[string, Parameters<typeof policyOf>[0], string]>([
    ['the user allows', { user: allowNote }, 'allow user:2'],
    ['the user denies', { user: denyNote }, 'deny user:2'],
    ['the repository allows: not believed', { repository: allowNote }, 'ask default'],
    ['the repository denies', { repository: denyNote }, 'deny repository:2'],
    ['the user overrides the repository', { user: allowNote, repository: denyNote }, 'allow user:2'],
    ['the organisation allows: not believed', { organisation: allowNote }, 'ask default'],
    ['the organisation denies', { organisation: denyNote, user: allowNote }, 'deny organisation:2'],
    ['the organisation asks', { organisation: askNote, user: allowNote }, 'ask organisation:2'],
    ['the organisation cannot soften', { organisation: askNote, user: denyNote }, 'deny user:2'],
    ['deny before allow in a file', { user: `${allowNote}${denyNote}` }, 'deny user:4'],
    ['ask before allow in a file', { user: `${allowNote}${askNote}` }, 'ask user:4'],
    ['a whole server', { user: 'allow: [gitlab.*]' }, 'allow user:1'],
    ['everything', { user: 'deny: ["*"]' }, 'deny user:1'],
    ['a rule of another server', { user: 'deny: [gitlabx.*]' }, 'ask default'],
  ])('%s', async (_, files, expected) => {
    expect(brief((await policyOf(files)).decide(note, auto))).toBe(expected);
  });

  test('every rule that matched is named, the strongest first, with what is not believed', async () => {
    const policy = await policyOf({ organisation: askNote, user: allowNote, repository: allowNote });
    const { considered } = policy.decide(note, auto);
    expect(considered.map(({ layer, verdict, note: remark }) => [layer, verdict, remark])).toEqual([
      ['organisation', 'ask', undefined],
      ['user', 'allow', undefined],
      ['repository', 'allow', 'not believed: the repository may only narrow'],
      ['default', 'ask', undefined],
    ]);
  });

  test('a repository can narrow what runs by default, and a doubt about it never widens', async () => {
    const policy = await policyOf({
      repository: 'deny:\n- commands.*: curl **\n',
      user: 'deny:\n- commands.*: git push **\n',
    });
    expect(brief(policy.decide(run('npm test && curl x'), auto))).toBe('deny repository:2');
    expect(brief(policy.decide(run('xargs -I{} curl {}'), auto))).toBe('deny repository:2');
    expect(brief(policy.decide(run('echo $x'), auto))).toBe('allow default');
    expect(brief(policy.decide(run('$x'), auto))).toBe('ask repository:2');
  });
});

describe('text from outside', () => {
  const basedOn = ['issue #4', 'src/a.ts', 'job 12', 'note 5'];
  const files = { user: 'allow: [gitlab.*, weather.*, "host: example.org"]' };

  test('makes what acts outside ask, whatever allows it, and names what it is', async () => {
    const policy = await policyOf(files);
    for (const call of [note, weather, egressCall('example.org')]) {
      expect(policy.decide(call, auto).verdict).toBe('allow');
      const decision = policy.decide(call, { ...auto, basedOn });
      expect(brief(decision)).toBe('ask outside-text');
      expect(decision.reason).toContain('issue #4, src/a.ts, job 12 and 1 more');
      expect(decision.always).toBeUndefined();
      expect(decision.considered.map(({ layer }) => layer)).toContain('user');
    }
  });

  test('changes nothing for reading and for the copy, and softens no denial', async () => {
    const policy = await policyOf({ user: 'deny: [gitlab.create_note]' });
    for (const call of [read('a'), issue, edit('a'), run('anything')]) {
      expect(policy.decide(call, { ...auto, basedOn }).verdict).toBe('allow');
    }
    expect(brief(policy.decide(note, { ...auto, basedOn }))).toBe('deny user:1');
  });

  test('is quoted briefly and on one line', async () => {
    const decision = (await policyOf()).decide(note, { ...auto, basedOn: [`a\nb\u001b[2J\u202e${'x'.repeat(500)}`] });
    expect(decision.reason).not.toMatch(/[\n\u001b\u202e]/);
    expect(decision.reason.length).toBeLessThan(250);
  });
});

describe('third-party servers', () => {
  test('their word that they only read counts for nothing', async () => {
    const policy = await policyOf();
    expect(brief(policy.decide(weather, { ...auto, mode: 'ask' }))).toBe('deny mode');
  });

  test.each(['files', 'gitlab', 'GitLab', 'commands', 'cofferdam', 'gitlab.x', 'gitlab-notes', 'files.y'])(
    'none may be called %s',
    async (server) => {
      const policy = await policyOf({ user: 'allow: ["*"]' });
      expect(brief(policy.decide({ ...weather, server }, auto))).toBe('deny default');
    },
  );

  test.each<[string, Parameters<typeof policyOf>[0], string, Record<string, string>]>([
    ['the user denies one', { user: 'allow: ["*"]\nservers: { weather: deny }' }, 'deny user:2', { weather: 'deny' }],
    [
      'the repository denies one',
      { user: 'allow: ["*"]\nservers: { weather: allow }', repository: 'servers: { weather: deny }' },
      'deny repository:1',
      { weather: 'deny' },
    ],
    ['the repository allows one', { repository: 'servers: { weather: allow }' }, 'ask default', {}],
    [
      'the organisation denies all',
      { organisation: 'servers: { "*": deny }', user: 'servers: { weather: allow }' },
      'deny organisation:1',
      { '*': 'deny', weather: 'deny' },
    ],
    [
      'the organisation denies all others',
      { organisation: 'servers: { "*": deny, weather: allow }', user: 'servers: { weather: allow }' },
      'ask default',
      { '*': 'deny', weather: 'allow' },
    ],
    [
      'the user denies all others',
      { user: 'servers: { "*": deny, weather: allow }' },
      'ask default',
      { '*': 'deny', weather: 'allow' },
    ],
  ])('%s', async (_, files, expected, servers) => {
    const policy = await policyOf(files);
    expect(brief(policy.decide(weather, auto))).toBe(expected);
    expect(policy.servers).toEqual(servers);
  });

  test('arguments are matched where a rule names them', async () => {
    const policy = await policyOf({
      user: 'allow:\n- weather.get_forecast: { city: Ber* }\ndeny:\n- weather.*: { city: london }\n',
    });
    const verdict = (input: Record<string, unknown>) => policy.decide({ ...weather, input }, auto).verdict;
    expect(verdict({ city: 'Berlin' })).toBe('allow');
    expect(verdict({ city: 'Berlin', days: 3 })).toBe('allow');
    expect(verdict({ city: ['Berlin', 'Bern'] })).toBe('allow');
    expect(verdict({ city: ['Berlin', 'Rome'] })).toBe('ask');
    expect(verdict({})).toBe('ask');
    expect(verdict({ city: 'LONDON' })).toBe('deny');
    expect(verdict({ city: ['Berlin', { name: 'London' }] })).toBe('deny');
  });
});

describe('paths', () => {
  const rules = (verdict: string, ...globs: string[]) =>
    policyOf({ user: `ask: [files.*]\n${verdict}:\n${globs.map((glob) => `- files.*: "${glob}"`).join('\n')}\n` });

  test.each<[glob: string, path: unknown, verdict: string]>([
    ['src/**', 'src/a.ts', 'deny'],
    ['src/**', './src//a/b.ts', 'deny'],
    ['src/**', 'SRC/A.ts', 'deny'],
    ['src/**', 'lib/../src/a.ts', 'ask'],
    ['src/**', '/workspace/src/a.ts', 'ask'],
    ['src/**', ['src/a'], 'deny'],
    ['src/**', { a: 1 }, 'ask'],
    ['src/**', undefined, 'ask'],
    ['**/.env', '.env', 'deny'],
    ['**/.env', 'a/b/.ENV', 'deny'],
    ['**/caf\u00e9', 'a/cafe\u0301', 'deny'],
    ['*.{pem,key}', 'a.key', 'deny'],
    ['*.{pem,key}', 'b/a.key', 'ask'],
    ['src/*', 'src/a/b', 'ask'],
    ['src/\\*', 'src/*', 'deny'],
    ['src/\\*', 'src/a', 'ask'],
  ])('deny %s: %j: %s', async (glob, path, verdict) => {
    const policy = await rules('deny', glob.replaceAll('\\', '\\\\'));
    expect(policy.decide(edit(path), auto).verdict).toBe(verdict);
  });

  test.each<[path: unknown, verdict: string]>([
    ['src/a.ts', 'allow'],
    ['src/deep/er/a.ts', 'allow'],
    ['./src/.hidden/a', 'allow'],
    ['src', 'allow'],
    ['SRC/a.ts', 'ask'],
    ['srcs/a', 'ask'],
    ['src/../secret', 'ask'],
    ['/src/a', 'ask'],
    ['src/a\0', 'ask'],
    [5, 'ask'],
  ])('allow src/**: %j: %s', async (path, verdict) => {
    const policy = await policyOf({ repository: 'ask: [files.*]', user: 'allow:\n- files.edit_file: src/**\n' });
    expect(policy.decide(edit(path), auto).verdict).toBe(verdict);
  });

  test('each of several paths counts', async () => {
    const policy = await policyOf({
      repository: 'ask: [git.git_add, files.move]',
      user: 'allow:\n- git.git_add: src/**\n- git.git_add: docs/**\n- files.move: src/**\n',
    });
    const add = (paths: string[]) => ({ ...edit(''), server: 'git', tool: 'git_add', input: { paths } });
    expect(policy.decide(add(['src/a', 'docs/b']), auto).verdict).toBe('allow');
    expect(policy.decide(add(['src/a', 'b']), auto).verdict).toBe('ask');
    expect(policy.decide(add([]), auto).verdict).toBe('ask');
    const move = (from: string, to: string) => ({ ...edit(''), tool: 'move', input: { from, to } });
    expect(policy.decide(move('src/a', 'src/b'), auto).verdict).toBe('allow');
    expect(policy.decide(move('src/a', '.git/hooks'), auto).verdict).toBe('ask');
  });

  test('a folder that holds what is denied asks, where a tool takes it as a whole', async () => {
    const policy = await policyOf({ user: 'deny:\n- files.*: secrets/**\n' });
    const grep = (path?: string): CallFacts => ({
      ...read(path),
      tool: 'grep',
      input: { pattern: 'x', ...(path && { path }) },
    });
    expect(policy.decide(grep(), auto).verdict).toBe('ask');
    expect(policy.decide(grep('src'), auto).verdict).toBe('allow');
    expect(policy.decide(grep('secrets/a'), auto).verdict).toBe('deny');
    expect(policy.decide({ ...grep(), tool: 'list_directory' }, auto).verdict).toBe('allow');
  });
});

test.each<[pattern: string, host: string, verdict: string]>([
  ['registry.example.org', 'Registry.Example.ORG.', 'allow'],
  ['registry.example.org', 'example.org', 'ask'],
  ['registry.example.org', 'registry.example.org.evil.net', 'ask'],
  ['*.example.org', 'a.b.example.org', 'allow'],
  ['*.example.org', 'example.org', 'ask'],
  ['*.example.org', 'evilexample.org', 'ask'],
  ['b\u00fccher.example', 'xn--bcher-kva.example', 'allow'],
  ['127.0.0.1', '127.0.0.1', 'allow'],
  ['::1', '[::1]', 'allow'],
])('host %s: %s: %s', async (pattern, host, verdict) => {
  expect((await policyOf({ user: `allow:\n- host: "${pattern}"\n` })).decide(egressCall(host), auto).verdict).toBe(
    verdict,
  );
});

describe('commands', () => {
  test('what forbids one tool forbids the other; what allows one does not', async () => {
    const policy = await policyOf({
      user: 'allow:\n- commands.run_command: npm start\ndeny:\n- commands.run_command: curl **\n',
    });
    expect(policy.decide(run('npm start'), build).verdict).toBe('allow');
    expect(policy.decide(start('npm start'), build).verdict).toBe('ask');
    expect(policy.decide(start('curl x'), build).verdict).toBe('deny');
  });

  test('a call without a command is denied nothing and allowed nothing', async () => {
    const policy = await policyOf({ user: 'allow:\n- commands.*: npm test\ndeny:\n- commands.*: curl **\n' });
    expect(policy.decide(run(undefined), auto).verdict).toBe('ask');
    expect(policy.decide(run(['curl']), auto).verdict).toBe('ask');
  });

  test('each part of a line is decided by its own rule', async () => {
    const policy = await policyOf({ user: 'allow:\n- commands.*: ./deploy --dry-run\n' });
    expect(policy.decide(run('npm test && ./deploy --dry-run'), build).verdict).toBe('allow');
    expect(policy.decide(run('npm test && ./deploy'), build)).toMatchObject({
      verdict: 'ask',
      reason: expect.stringContaining('`./deploy`'),
    });
  });
});

describe('"always"', () => {
  test.each<[CallFacts, string | undefined, string?]>([
    [run('npm run deploy'), 'commands.run_command: npm run deploy'],
    [start('npm  "start"'), 'commands.start_command: npm start'],
    [run("npm test && git commit -m 'it is'"), "commands.run_command: git commit -m 'it is'"],
    [run('timeout 5 ./x'), 'commands.run_command: ./x'],
    [run("sh -c './x; npm test'"), 'commands.run_command: ./x'],
    [run('sudo ./x'), 'commands.run_command: sudo ./x'],
    [run('A=1 B="x y" ./x'), "commands.run_command: A=1 B='x y' ./x"],
    [run('./x; ./x'), 'commands.run_command: ./x'],
    [run('./x; ./y'), undefined],
    [run('./x $y'), undefined],
    [run('./x *'), undefined],
    [run('./x > /etc/y'), undefined],
    [run('./x "'), undefined],
    [run(`./x ${'y'.repeat(600)}`), undefined],
    [note, 'gitlab.create_note'],
    [weather, 'weather.get_forecast'],
    [egressCall('example.org'), 'host: example.org'],
    [edit('src/[a]/b.ts'), 'files.edit_file: src/\\[a\\]/**', 'files.edit_file: src/\\[a\\]/b.ts'],
    [edit('package.json'), 'files.edit_file: package.json'],
    [edit('../x'), undefined],
  ])('%j', async (call, allow, deny = allow) => {
    const repository = 'ask: [files.edit_file]';
    const { verdict, always } = (await policyOf({ repository })).decide(call, build);
    expect(verdict).toBe('ask');
    expect(always).toEqual(allow === undefined ? undefined : { allow, deny });
    if (allow === undefined) return;
    const rule = JSON.stringify(allow);
    expect((await policyOf({ repository, user: `allow: [${rule}]` })).decide(call, build).verdict).toBe('allow');
    expect((await policyOf({ repository, user: `deny: [${JSON.stringify(deny)}]` })).decide(call, build).verdict).toBe(
      'deny',
    );
  });

  test('is not offered where it would not help', async () => {
    expect((await policyOf({ organisation: 'ask: [gitlab.*]' })).decide(note, auto).always).toBeUndefined();
    expect((await policyOf({ user: 'ask: [gitlab.*]' })).decide(note, auto).always).toBeUndefined();
  });
});

test('limits: the user changes the defaults, the others only lower them', async () => {
  expect((await policyOf()).limits).toEqual({ turns: 200, tokens: 5_000_000, minutes: 240 });
  const user = 'limits: { turns: 500, tokens: 9_000_000, money: 20 }';
  expect((await policyOf({ user })).limits).toEqual({ turns: 500, tokens: 9_000_000, minutes: 240, money: 20 });
  const repository = 'limits: { turns: 1000, tokens: 1000, money: 5.5 }';
  const organisation = 'limits: { minutes: 30, turns: 400 }';
  expect((await policyOf({ user, repository, organisation })).limits).toEqual({
    turns: 400,
    tokens: 1000,
    minutes: 30,
    money: 5.5,
  });
});

test('models: every layer must admit one; the default is the first that all admit', async () => {
  const policy = await policyOf({
    organisation: 'model: { allow: [claude-*], default: claude-small }',
    user: 'model: { default: other-model }',
  });
  expect(policy.model.default).toBe('claude-small');
  expect(() => policy.checkModel('claude-large')).not.toThrow();
  expect(() => policy.checkModel('other-model')).toThrow(/does not allow the model other-model .*organisation.yaml:1/);
  expect((await policyOf()).model.default).toMatch(/^claude-/);
});

test('GitLab: what the user widens, as far as the others admit it', async () => {
  const user = 'gitlab: { projects: [a/b, c/d, 7], groups: [e/f, g], instance: true, quick_actions: [/close, label] }';
  expect((await policyOf({ user })).gitlab).toEqual({
    projects: ['a/b', 'c/d', '7'],
    groups: ['e/f', 'g'],
    instance: true,
    quick_actions: ['close', 'label'],
  });
  const organisation = 'gitlab: { instance: false, projects: [C/D], groups: [e], quick_actions: [label] }';
  const repository = 'gitlab: { projects: [x/y], groups: [c, e], instance: true }';
  expect((await policyOf({ user, organisation })).gitlab).toEqual({
    projects: ['c/d'],
    groups: ['e/f'],
    instance: false,
    quick_actions: ['label'],
  });
  expect((await policyOf({ repository })).gitlab).toEqual({
    projects: [],
    groups: [],
    instance: false,
    quick_actions: [],
  });
  expect((await policyOf({ user, organisation: 'gitlab: { instance: false, projects: [] }' })).gitlab).toMatchObject({
    projects: [],
    groups: [],
    instance: false,
  });
});
