import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadPolicy } from './load.js';
import { auto, brief, edit, note, places, policyOf } from './testing.js';

describe('every form of a rule', () => {
  test.each<[text: string, rules: string[]]>([
    ['allow: [gitlab.create_note, gitlab.*, "*"]', ['gitlab.create_note', 'gitlab.*', '*']],
    ['deny:\n  - commands.run_command: npm test\n', ['commands.run_command: npm test']],
    ['deny:\n  - "commands.run_command: npm test"\n', ['commands.run_command: npm test']],
    ['ask:\n  - commands.*: \'git commit -m "a: b"\'\n', ['commands.*: git commit -m "a: b"']],
    ['ask:\n  - commands.run_command: >-\n      npm\n      test\n', ['commands.run_command: npm test']],
    ['allow:\n  - files.edit_file: src/**\n', ['files.edit_file: src/**']],
    [
      'allow:\n  - weather.get_forecast: { city: Berlin, days: 3 }\n',
      ['weather.get_forecast: { city: Berlin, days: 3 }'],
    ],
    ['allow:\n  - host: example.org\n', ['host: example.org']],
    ['allow:\n  - commands.*: true\n  - files.*: 2024\n', ['commands.*: true', 'files.*: 2024']],
    ['# nothing yet\n', []],
    ['', []],
    ['allow:\ndeny: ~\nlimits:\nmodel:\ngitlab:\nservers:\n', []],
    ['\ufeffallow: [gitlab.*]', ['gitlab.*']],
  ])('%j', async (user, rules) => {
    const policy = await policyOf({ user });
    expect(policy.layers.flatMap((layer) => layer.rules.map(({ source }) => source.text))).toEqual(rules);
  });

  test('numbers may have underscores, as people write them', async () => {
    const policy = await policyOf({ user: 'limits:\n  tokens: 5_000_000\n  minutes: 1.5\n' });
    expect(policy.limits).toMatchObject({ tokens: 5_000_000, minutes: 1.5 });
  });

  test('rules know their line', async () => {
    const policy = await policyOf({ user: '# one\nallow:\n\n  # four\n  - gitlab.create_note\n' });
    expect(brief(policy.decide(note, auto))).toBe('allow user:5');
  });
});

describe('what is wrong is named with its line', () => {
  test.each<[text: string, message: RegExp]>([
    ['alow: [gitlab.*]', /policy.yaml:1 cannot be used: there is no "alow"; did you mean "allow"\?/],
    ['allow: [gitlab.*]\nlimits:\n  truns: 5\n', /policy.yaml:3 .*limits has no "truns"; did you mean "turns"\?/],
    ['allow: [gitlab.*]\nsomething: 5\n', /policy.yaml:2 .*there is no "something"\./],
    ['allow: gitlab.create_note', /policy.yaml:1 .*allow: /],
    ['allow:\n  - 5\n', /policy.yaml:2 .*must be a rule such as/],
    ['allow:\n  - [a.b]\n', /policy.yaml:2 .*must be a rule such as/],
    ['allow:\n  - a.b: x\n    c.d: y\n', /policy.yaml:2 .*must be/],
    ['allow:\n  - gitlab\n', /policy.yaml:2 .*"gitlab" is no tool: write SERVER.TOOL/],
    ['allow:\n  - git hub.x\n', /policy.yaml:2 .*is no tool/],
    ['deny:\n  - gitlab.*\n  - commands.run_command: npm test; curl x\n', /policy.yaml:3 .*is not one plain command/],
    ['deny:\n  - commands.run_command: "npm \'test"\n', /policy.yaml:2 .*is not understood/],
    ['deny:\n  - commands.stop_command: npm test\n', /policy.yaml:2 .*takes neither a command nor a path/],
    ['deny:\n  - git.git_commit: src/**\n', /policy.yaml:2 .*takes neither a command nor a path/],
    ['deny:\n  - gitlab.create_note: hello\n', /policy.yaml:2 .*name its arguments/],
    ['deny:\n  - weather.x: {}\n', /policy.yaml:2 .*names no argument/],
    ['deny:\n  - files.*: "src/[ab]"\n', /policy.yaml:2 .*no part of these globs/],
    ['deny:\n  - files.*: "src/{a,b"\n', /policy.yaml:2 .*without its }/],
    [`deny:\n  - files.*: "${'{a,b}'.repeat(8)}"\n`, /policy.yaml:2 .*more than 64/],
    ['deny:\n  - host: http://example.org/\n', /policy.yaml:2 .*is no host/],
    ['deny:\n  - host: "*"\n', /policy.yaml:2 .*is no host/],
    ['limits: { turns: -1 }', /policy.yaml:1 .*limits.turns/],
    ['limits: { turns: many }', /policy.yaml:1 .*limits.turns: must be a whole number/],
    ['limits: { money: "5" }', /policy.yaml:1 .*limits.money: must be a number/],
    ['gitlab: { instances: true }', /policy.yaml:1 .*gitlab has no "instances"; did you mean "instance"\?/],
    ['servers: { weather: maybe }', /policy.yaml:1 .*servers.weather/],
    ['allow: [\n', /policy.yaml:\d .*not valid YAML/],
    ['allow: []\nallow: []\n', /policy.yaml:2 .*not valid YAML/],
    ['allow: []\n---\ndeny: []\n', /policy.yaml:2 .*not valid YAML/],
    ['allow: [!evil gitlab.*]', /policy.yaml:1 .*not valid YAML/],
    ['- gitlab.*', /policy.yaml:1 /],
    ['just text', /policy.yaml:1 /],
    ['allow: &a [gitlab.*]\ndeny: *a\n', /holds an alias/],
    ['a: &a [x, x]\nb: &b [*a, *a, *a]\nc: &c [*b, *b, *b]\n', /holds an alias/],
    ['<<: { allow: [gitlab.*] }', /policy.yaml:1 .*there is no "<<"/],
    ['__proto__: { allow: [gitlab.*] }', /policy.yaml:1 /],
    [`allow: ${'['.repeat(50_000)}`, /cannot be used/],
    [`allow: [${'gitlab.*, '.repeat(3_000)}]`, /allow/],
    [`allow: ["${'x'.repeat(3_000)}"]`, /allow.0: /],
  ])('%.60j', async (repository, message) => {
    await expect(policyOf({ repository })).rejects.toMatchObject({
      code: 'policy',
      message: expect.stringMatching(message),
    });
    await expect(policyOf({ user: repository })).rejects.toMatchObject({ code: 'policy' });
    await expect(policyOf({ organisation: repository })).rejects.toMatchObject({ code: 'policy' });
  });
});

describe("a repository's file", () => {
  const broken = { code: 'policy', remedy: expect.any(String) };

  test('is found from a folder below', async () => {
    const { home, workspace, env } = places({ repository: 'deny: [files.*]' });
    mkdirSync(join(workspace, '.git'));
    mkdirSync(join(workspace, 'web', 'src'), { recursive: true });
    const policy = await loadPolicy({ home, env, workspace: join(workspace, 'web', 'src') });
    expect(brief(policy.decide(edit('a'), auto))).toBe('deny repository:1');
  });

  test('may be no link, and its folder none that leads out', async () => {
    const { files, ...rest } = places({ repository: 'deny: [files.*]' });
    const outside = mkdtempSync(join(tmpdir(), 'cofferdam-outside-'));
    try {
      writeFileSync(join(outside, 'policy.yaml'), 'deny: [files.*]');
      rmSync(files.repository);
      symlinkSync(join(outside, 'policy.yaml'), files.repository);
      await expect(loadPolicy(rest)).rejects.toMatchObject({
        ...broken,
        message: expect.stringContaining('symbolic link'),
      });
      rmSync(dirname(files.repository), { recursive: true });
      symlinkSync(outside, dirname(files.repository));
      await expect(loadPolicy(rest)).rejects.toMatchObject({
        ...broken,
        message: expect.stringContaining('leads out'),
      });
      rmSync(dirname(files.repository));
      symlinkSync('/no/such/folder', dirname(files.repository));
      await expect(loadPolicy(rest)).rejects.toMatchObject({
        ...broken,
        message: expect.stringContaining('leads nowhere'),
      });
    } finally {
      rmSync(outside, { recursive: true });
    }
  });

  test('may lie in a folder that a link within the repository leads to', async () => {
    const { files, ...rest } = places({ repository: 'deny: [files.*]' });
    renameSync(dirname(files.repository), join(rest.workspace, 'config'));
    symlinkSync('config', dirname(files.repository));
    expect(brief((await loadPolicy(rest)).decide(edit('a'), auto))).toBe('deny repository:1');
  });

  test.each<[string, (file: string) => void]>([
    ['a folder', (file) => mkdirSync(file)],
    ['a pipe', (file) => spawnSync('mkfifo', [file])],
    ['too large', (file) => writeFileSync(file, `# ${'x'.repeat(256 * 1024)}`)],
    ['not UTF-8', (file) => writeFileSync(file, Buffer.from('allow: [caf\xe9.x]', 'latin1'))],
    [
      'a folder that is a file',
      (file) => {
        rmSync(dirname(file), { recursive: true });
        writeFileSync(dirname(file), '');
      },
    ],
  ])('%s is an error, not an empty policy', async (_, make) => {
    const { files, ...rest } = places({ repository: '' });
    rmSync(files.repository);
    make(files.repository);
    await expect(loadPolicy(rest)).rejects.toMatchObject(broken);
  });
});

test("the organisation's file that is named must be there", async () => {
  const { files, ...rest } = places();
  const env = { COFFERDAM_ORGANISATION_POLICY: files.organisation };
  await expect(loadPolicy({ ...rest, env })).rejects.toMatchObject({
    code: 'policy',
    message: expect.stringContaining('is not there'),
  });
});

test('reload reads the files again', async () => {
  const { files, ...rest } = places();
  const before = await loadPolicy(rest);
  writeFileSync(files.user, 'allow: [gitlab.*]');
  const after = await before.reload();
  expect([before, after].map((policy) => brief(policy.decide(note, auto)))).toEqual(['ask default', 'allow user:1']);
});
