import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadPolicy } from './load.js';
import { forget, remember } from './remember.js';
import { auto, build, note, places, run } from './testing.js';

const rule = 'commands.run_command: npm run build';

test('the first rule makes the file, for its user alone, with a schema for editors', async () => {
  const { home, files } = places();
  expect(await remember(home, { verdict: 'allow', rule })).toEqual({ file: files.user, change: 'added' });
  expect(readFileSync(files.user, 'utf8')).toMatch(
    /^# yaml-language-server: \$schema=policy.schema.json\n# .*\n\nallow:\n {2}- commands.run_command: npm run build\n$/,
  );
  expect(JSON.parse(readFileSync(join(home, 'policy.schema.json'), 'utf8'))).toMatchObject({ type: 'object' });
  expect(statSync(files.user).mode & 0o777).toBe(0o600);
  expect(readdirSync(home).sort()).toEqual(['policy.schema.json', 'policy.yaml']);
});

test('makes a home that is not there yet', async () => {
  const { home } = places();
  await remember(join(home, 'new'), { verdict: 'deny', rule: 'gitlab.*' });
  expect(existsSync(join(home, 'new', 'policy.yaml'))).toBe(true);
});

const written = `# My policy
gitlab: # from last year
  projects: [a/b]

# What I trust
allow:
  # the linter
  - commands.run_command: npm run lint # quick
  - gitlab.create_note

limits:
  tokens: 5_000_000 # enough
`;

test('keeps comments, order and everything else, and the GitLab part as it was', async () => {
  const { home, files } = places({ user: written });
  await remember(home, { verdict: 'allow', rule });
  await remember(home, { verdict: 'deny', rule: 'commands.*: git push ** --force **' });
  const text = readFileSync(files.user, 'utf8');
  expect(text).toBe(
    `${written.replace('  - gitlab.create_note\n', '  - gitlab.create_note\n  - commands.run_command: npm run build\n')}deny:\n  - commands.*: git push ** --force **\n`,
  );
});

test.each([
  ['allow: [gitlab.*] # mine\n', 'allow: [gitlab.*, {commands.run_command: npm run build}] # mine\n'],
  ['allow:\n', 'allow:\n  - commands.run_command: npm run build\n'],
  ['allow: [] # none\ndeny: [a.b]', 'allow: [{commands.run_command: npm run build}] # none\ndeny: [a.b]\n'],
  ['deny: [a.b]', 'deny: [a.b]\nallow:\n  - commands.run_command: npm run build\n'],
  ['{ deny: [a.b] }', '{deny: [a.b], allow: [{commands.run_command: npm run build}]}\n'],
  ['allow:\n- a.b', 'allow:\n- a.b\n- commands.run_command: npm run build\n'],
  ['allow:\n- a.b: >\n    x\n# end\n', undefined],
  [
    'allow:\n- commands.*: >\n    x y\n# end\n',
    'allow:\n- commands.*: >\n    x y\n- commands.run_command: npm run build\n# end\n',
  ],
  ['allow:\n-\n  a.b\n', 'allow:\n  - a.b\n  - commands.run_command: npm run build\n'],
])('writes into %j', async (user, after) => {
  const { home, files } = places({ user });
  const writing = remember(home, { verdict: 'allow', rule });
  if (after === undefined) return expect(writing).rejects.toMatchObject({ code: 'policy' });
  await writing;
  expect(readFileSync(files.user, 'utf8')).toBe(after);
});

test.each([
  [
    'allow:\n  # one\n  - a.b\n  - commands.run_command: npm run build # two\n# three\n',
    'allow:\n  # one\n  - a.b\n# three\n',
  ],
  ['# zero\nallow:\n  - commands.run_command: npm run build\n# three\ndeny: [a.b]\n', '# zero\n# three\ndeny: [a.b]\n'],
  ['allow: [a.b, "commands.run_command: npm run build"] # four\n', 'allow: [a.b] # four\n'],
  [
    'allow: [a.b]\ndeny:\n- commands.run_command: npm run build\nask:\n- commands.run_command: npm run build\n',
    'allow: [a.b]\n',
  ],
])('takes out of %j', async (user, after) => {
  const { home, files } = places({ user });
  await forget(home, rule);
  expect(readFileSync(files.user, 'utf8')).toBe(after);
});

test('writes a rule once', async () => {
  const { home, files } = places({ user: written });
  expect((await remember(home, { verdict: 'allow', rule: 'gitlab.create_note' })).change).toBe('none');
  expect((await remember(home, { verdict: 'allow', rule: 'commands.run_command:  npm run lint' })).change).toBe('none');
  expect(readFileSync(files.user, 'utf8')).toBe(written);
});

test('a rule under another verdict moves: the last word counts', async () => {
  const { home, files, ...rest } = places({ user: 'deny:\n  - gitlab.create_note\n' });
  expect((await remember(home, { verdict: 'allow', rule: 'gitlab.create_note' })).change).toBe('moved');
  expect(readFileSync(files.user, 'utf8')).toBe('allow:\n  - gitlab.create_note\n');
  expect((await loadPolicy({ home, ...rest })).decide(note, auto).verdict).toBe('allow');
});

test.each([
  'commands.run_command: git commit -m "fix: it"',
  "commands.run_command: echo '# no comment' '*' \"a\nb\"",
  'commands.run_command: "true"',
  'files.edit_file: "*.ts"',
  'files.edit_file: src/\\[a\\]/**',
  'weather.get_forecast: { city: "New York", note: "a, b: c" }',
  'host: *.example.org',
  '*',
])('%j is read back as it was meant', async (text) => {
  const { home, files, ...rest } = places();
  await remember(home, { verdict: 'allow', rule: text });
  const before = await loadPolicy({ home, ...rest });
  await remember(home, { verdict: 'allow', rule: text });
  expect(before.layers[0]?.rules).toHaveLength(1);
  expect((await before.reload()).layers[0]?.rules).toHaveLength(1);
  expect((await forget(home, text)).verdicts).toEqual(['allow']);
  expect(readFileSync(files.user, 'utf8')).toMatch(/^(#.*\n|\n)*$/);
});

test('what "always" writes changes what the next call gets', async () => {
  const { home, ...rest } = places();
  const policy = await loadPolicy({ home, ...rest });
  const call = run(`npm test && ./deploy 'to: prod' "it's"`);
  const { verdict, always } = policy.decide(call, build);
  expect(verdict).toBe('ask');
  await remember(home, { verdict: 'allow', rule: always?.allow ?? '' });
  expect((await policy.reload()).decide(call, build).verdict).toBe('allow');
});

test.each(['npm test', 'gitlab', 'commands.run_command: npm test; x', '', 'files.edit_file: [x'])(
  'refuses %j, and writes nothing',
  async (text) => {
    const { home, files } = places();
    await expect(remember(home, { verdict: 'allow', rule: text })).rejects.toMatchObject({ code: 'policy' });
    expect(existsSync(files.user)).toBe(false);
  },
);

test.each(['allow: [', 'alow: []', 'allow: [npm test]'])(
  'leaves a file alone that it does not understand: %j',
  async (user) => {
    const { home, files } = places({ user });
    await expect(remember(home, { verdict: 'allow', rule })).rejects.toMatchObject({ code: 'policy' });
    await expect(forget(home, rule)).rejects.toMatchObject({ code: 'policy' });
    expect(readFileSync(files.user, 'utf8')).toBe(user);
    expect(readdirSync(home)).toEqual(['policy.yaml']);
  },
);

test('a link stays a link, and what it leads to is written', async () => {
  const { home, files } = places();
  mkdirSync(join(home, 'dotfiles'));
  writeFileSync(join(home, 'dotfiles', 'policy.yaml'), 'deny: [gitlab.*]\n');
  symlinkSync(join('dotfiles', 'policy.yaml'), files.user);
  await remember(home, { verdict: 'deny', rule });
  expect(readFileSync(join(home, 'dotfiles', 'policy.yaml'), 'utf8')).toContain('npm run build');
});

test('writers at the same time lose nothing', async () => {
  const { home, ...rest } = places();
  await Promise.all(
    Array.from({ length: 8 }, (_, i) => remember(home, { verdict: 'allow', rule: `gitlab.tool_${i}` })),
  );
  expect((await loadPolicy({ home, ...rest })).layers[0]?.rules).toHaveLength(8);
});

test('forgetting what is not there changes nothing', async () => {
  const { home, files } = places({ user: written });
  expect((await forget(home, 'gitlab.merge')).verdicts).toEqual([]);
  expect(readFileSync(files.user, 'utf8')).toBe(written);
});
