import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findServers, projectRoot } from './find.js';
import { folderOf } from './testing.js';

const program = { command: 'node', args: ['server.js'] };
const read = { type: 'stdio', command: 'node', args: ['server.js'], env: {} };

function find(repository: Record<string, unknown>, user: Record<string, unknown> = {}) {
  return findServers({ home: folderOf(user), workspace: folderOf(repository) });
}

test('the files of Claude Code, VS Code and Cofferdam, and the user’s own', () => {
  const { servers, notices } = find(
    {
      '.mcp.json': { mcpServers: { a: { ...program, type: 'stdio' } } },
      '.vscode/mcp.json':
        '{ "servers": { "b": { "type": "http", "url": "https://b.example/mcp" } }, "inputs": [], } // end',
      '.cofferdam/mcp.json': { mcpServers: { c: program } },
    },
    { 'mcp.json': { mcpServers: { d: { url: 'https://d.example', headers: { 'X-Key': 'k' }, type: 'sse' } } } },
  );
  expect(notices).toEqual([]);
  expect(servers.map(({ name, origin, entry }) => [name, origin, entry])).toEqual([
    ['d', 'user', { type: 'http', url: 'https://d.example', headers: { 'X-Key': 'k' }, deprecated: true }],
    ['c', 'repository', read],
    ['a', 'repository', read],
    ['b', 'repository', { type: 'http', url: 'https://b.example/mcp', headers: {} }],
  ]);
});

test('a bad entry is told, and the others go on', () => {
  const { servers, notices } = find({
    '.mcp.json': {
      mcpServers: {
        nothing: {},
        both: { command: 'x', url: 'https://x.example' },
        name: { command: 'x', env: { 'A=B': '1' } },
        file: { command: 'x', envFile: '.env' },
        input: { command: 'x', env: { KEY: `\${input:key}` } },
        command: { command: `\${command:pick}` },
        remote: { url: `https://x.example/\${workspaceFolder}` },
        long: { command: 'x', args: ['y'.repeat(2_000)] },
        files: program,
        off: { ...program, disabled: true },
        good: program,
      },
    },
  });
  expect(servers.map(({ name }) => name)).toEqual(['good']);
  const problems = [
    '"nothing".*command',
    '"both".*both a command and a URL',
    '"name".*no name of an environment variable',
    '"file".*is not read: name the variables under "env"',
    '"input".*input:key.*write \\$\\{env:NAME\\}',
    '"command".*means nothing to Cofferdam',
    '"remote".*for servers that Cofferdam starts',
    '"long".*2002 characters; 1000 is the limit',
    '"files".*could be taken for',
  ];
  expect(notices).toHaveLength(problems.length);
  problems.forEach((problem, index) => {
    expect(notices[index]).toMatch(new RegExp(problem));
  });
});

test.each([
  ['{ "mcpServers": ', /is not used: /],
  ['{ "mcpServers": [] }', /is not used: .*mcpServers/],
  ['[]', /is not used: /],
  [' '.repeat(1024 * 1024 + 1), /larger than 1 MB/],
])('a file that cannot be read is told', (content, notice) => {
  const { servers, notices } = find({ '.mcp.json': content, '.cofferdam/mcp.json': { mcpServers: { good: program } } });
  expect(servers.map(({ name }) => name)).toEqual(['good']);
  expect(notices).toEqual([expect.stringMatching(notice)]);
});

test('nothing hidden in a name or an error reaches the user hidden', () => {
  const { notices } = find({ '.mcp.json': { mcpServers: { 'files\u202E\x1b': program } } });
  expect(notices[0]).toContain('[U+202E U+001B]');
});

test('a repository’s file that is a link or a pipe is not opened', () => {
  const secret = folderOf({ 'secret.json': { mcpServers: { a: program } } });
  const workspace = folderOf();
  symlinkSync(join(secret, 'secret.json'), join(workspace, '.mcp.json'));
  mkdirSync(join(workspace, '.cofferdam'));
  execFileSync('mkfifo', [join(workspace, '.cofferdam/mcp.json')]);
  const { servers, notices } = findServers({ home: folderOf(), workspace });
  expect(servers).toEqual([]);
  expect(notices).toHaveLength(2);
  expect(notices[0]).toContain('it is no ordinary file');
});

test('the same server in two files is one; another one of that name is left out', () => {
  const files = { '.mcp.json': { mcpServers: { a: program, b: program } } };
  const { servers, notices } = find(
    { ...files, '.vscode/mcp.json': { servers: { a: { ...program, type: 'stdio' }, b: { command: 'other' } } } },
    { 'mcp.json': { mcpServers: { a: program } } },
  );
  expect(servers.map(({ name, origin }) => `${name} ${origin}`)).toEqual(['a user', 'b repository']);
  expect(notices).toEqual([
    expect.stringMatching(/"b" in .*\.vscode\/mcp\.json is left out: .*\.mcp\.json names another/),
  ]);
});

test('what an editor passes on is the user’s word', () => {
  const given = { weather: { ...program, type: 'stdio' } };
  const { servers } = findServers({ home: folderOf(), workspace: folderOf(), given });
  expect(servers).toEqual([{ name: 'weather', entry: read, origin: 'user', from: 'your editor' }]);
});

test('a folder inside a repository: its own files first, then those of the root', () => {
  const root = folderOf({
    '.git/HEAD': '',
    '.mcp.json': { mcpServers: { root: program } },
    'sub/.mcp.json': { mcpServers: { sub: program } },
  });
  const { servers } = findServers({ home: folderOf(), workspace: join(root, 'sub') });
  expect(servers.map(({ name }) => name)).toEqual(['sub', 'root']);
  expect(projectRoot(join(root, 'sub'))).toBe(root);
});
