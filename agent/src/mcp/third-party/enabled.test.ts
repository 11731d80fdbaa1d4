import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Consents } from './consents.js';
import { isEnabled, stateOf, switchOff } from './enabled.js';
import type { FoundServer } from './find.js';
import { questionText } from './question.js';
import { folderOf, somebody } from './testing.js';

const { signal } = new AbortController();
const yes = { allowed: true };

function weather(args: string[], env: Record<string, string> = {}, origin: FoundServer['origin'] = 'repository') {
  const entry = { type: 'stdio' as const, command: 'node', args, env };
  return { name: 'weather', entry, origin, from: '/w/.mcp.json' };
}

test('asked once, remembered for the project, and for no other', async () => {
  const home = folderOf();
  const { ask, questions } = somebody(yes);
  const consents = new Consents(home, '/w');
  expect(stateOf(weather(['a.js']), consents)).toBe('new');
  expect(await isEnabled(weather(['a.js']), consents, ask, signal)).toBe(true);
  expect(await isEnabled(weather(['a.js']), new Consents(home, '/w'), ask, signal)).toBe(true);
  expect(questions).toEqual([
    {
      kind: 'server',
      server: 'weather',
      from: '/w/.mcp.json',
      title: 'Enable the MCP server weather for this project?',
      summary: ['Runs in the sandbox, without a network: node a.js'],
    },
  ]);
  expect(await isEnabled(weather(['a.js']), new Consents(home, '/other'), ask, signal)).toBe(false);
  expect(questions).toHaveLength(2);
  expect(statSync(join(home, 'mcp-consent.json')).mode & 0o777).toBe(0o600);
});

test('a no lasts until the next time, never lasts', async () => {
  const consents = new Consents(folderOf(), '/w');
  const { ask, questions } = somebody({ allowed: false }, { allowed: false, always: true });
  for (let i = 0; i < 4; i++) expect(await isEnabled(weather(['a.js']), consents, ask, signal)).toBe(false);
  expect(await isEnabled(weather(['b.js']), consents, ask, signal)).toBe(false);
  expect(questions).toHaveLength(2);
  expect(stateOf(weather(['a.js']), consents)).toBe('off');
});

test('a changed entry asks again, with both', async () => {
  const consents = new Consents(folderOf(), '/w');
  const { ask, questions } = somebody(yes, { allowed: false }, yes);
  await isEnabled(weather(['a.js']), consents, ask, signal);
  const changed = weather(['a.js', '--evil']);
  expect(stateOf(changed, consents)).toBe('changed');
  expect(await isEnabled(changed, consents, ask, signal)).toBe(false);
  const runs = 'Runs in the sandbox, without a network: node a.js';
  expect(questions[1]?.changes).toEqual([{ what: 'configuration', before: runs, after: `${runs} --evil` }]);
  expect(await isEnabled(changed, consents, ask, signal)).toBe(true);
});

test('a repository’s values are shown, the user’s are not, and a changed one is told all the same', async () => {
  const consents = new Consents(folderOf(), '/w');
  const { ask, questions } = somebody(yes, yes, yes);
  await isEnabled(weather([], { KEY: `\${env:MY_KEY}`, MODE: 'fast' }), consents, ask, signal);
  expect(questions[0]?.summary).toEqual([
    'Runs in the sandbox, without a network: node',
    `Gets the variable KEY: \${env:MY_KEY}`,
    'Gets the variable MODE: fast',
    'Whatever else runs in the sandbox can read what it gets.',
  ]);
  const own = { ...weather([], { KEY: `\${MY_KEY}`, TOKEN: 'secret' }, 'user'), name: 'own' };
  await isEnabled(own, consents, ask, signal);
  expect(questions[1]?.summary.slice(1, 3)).toEqual(['Gets the variable KEY (your MY_KEY)', 'Gets the variable TOKEN']);
  await isEnabled(
    { ...own, entry: { ...own.entry, env: { ...own.entry.env, TOKEN: 'other' } } },
    consents,
    ask,
    signal,
  );
  expect(questions[2]?.changes).toEqual([
    { what: 'configuration', after: 'The value of a variable or a header is another one.' },
  ]);
  expect(JSON.stringify(questions)).not.toContain('secret');
});

test.each(['ANTHROPIC_API_KEY', 'GITLAB_TOKEN', 'AWS_SECRET_ACCESS_KEY', 'COFFERDAM_HTTP_TOKEN'])(
  'no repository gets %s, and nobody is asked',
  async (name) => {
    const { ask, questions } = somebody(yes);
    const consents = new Consents(folderOf(), '/w');
    const server = weather([`\${${name}}`]);
    await expect(isEnabled(server, consents, ask, signal)).rejects.toMatchObject({ code: 'server-refused' });
    expect(questions).toEqual([]);
    expect(await isEnabled({ ...server, origin: 'user' }, consents, ask, signal)).toBe(true);
  },
);

test('an address of this machine is named, and what is hidden in one is shown', async () => {
  const { ask, questions } = somebody();
  const consents = new Consents(folderOf(), '/w');
  const entry = { type: 'http' as const, url: 'https://127.0.0.1/\u200Bmcp', headers: { 'X-Key': 'v' } };
  await isEnabled({ name: 'w', entry, origin: 'repository', from: '.mcp.json' }, consents, ask, signal);
  expect(questions[0]?.summary).toEqual([
    'Connects to https://127.0.0.1/[U+200B]mcp',
    'That is 127.0.0.1: this machine, or a network that it is in.',
    'Sends it the header X-Key: v',
    'What the model sends there leaves this machine.',
  ]);
});

test('switched off by hand', async () => {
  const consents = new Consents(folderOf(), '/w');
  const { ask, questions } = somebody(yes);
  await switchOff(weather([]), consents);
  expect(await isEnabled(weather([]), consents, ask, signal)).toBe(false);
  expect(questions).toEqual([]);
});

test('a file of consents that cannot be read is no consent, and no silence', async () => {
  const home = folderOf({ 'mcp-consent.json': '{"version":1,"projects":{"/w":{"weather":{"enabled":"yes"}}}}' });
  const consents = new Consents(home, '/w');
  const { ask } = somebody(yes);
  await expect(isEnabled(weather([]), consents, ask, signal)).rejects.toMatchObject({ code: 'settings-damaged' });
  writeFileSync(join(home, 'mcp-consent.json'), '{');
  await expect(isEnabled(weather([]), consents, ask, signal)).rejects.toMatchObject({
    message: expect.stringContaining('mcp-consent.json cannot be used: it is no JSON'),
  });
  expect(readFileSync(join(home, 'mcp-consent.json'), 'utf8')).toBe('{');
});

test('a question as text', () => {
  const changes = [
    { what: 'configuration', before: 'old\nlines', after: 'new' },
    { what: 'new: x', after: 'X' },
  ];
  const question = { kind: 'server', server: 'w', from: 'f', title: 'Go on?', summary: ['One.'], changes } as const;
  expect(questionText(question).split('\n')).toEqual([
    'Go on?',
    '  (from f)',
    '  One.',
    '  configuration',
    '    until now:',
    '      old',
    '      lines',
    '    now:',
    '      new',
    '  new: x',
    '      X',
  ]);
});
