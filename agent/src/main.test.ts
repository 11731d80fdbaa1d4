// The command as a process: what it prints where, and its exit codes. As `npm run build` made it.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const program = fileURLToPath(new URL('../bin/cofferdam.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'cofferdam-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

function cofferdam(argv: string[], env: Record<string, string> = {}): Promise<Ended> {
  const options = { env: { PATH: process.env['PATH'], COFFERDAM_HOME: join(folder, 'home'), ...env } };
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...argv], options, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

test.each([[], ['run'], ['sessions'], ['sandbox'], ['mcp'], ['tools'], ['doctor']])(
  '%s --help explains itself',
  async (...name) => {
    const { code, stdout, stderr } = await cofferdam([...name, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: cofferdam /);
  },
);

test.each([
  [[], 'Name a subcommand.'],
  [['constructor'], 'There is no subcommand constructor.'],
  [['run'], 'Say what to do as one argument, in quotes.'],
  [['run', 'Mend', 'it'], 'Say what to do as one argument, in quotes.'],
  [['run', 'Mend it', '--approve', 'some'], 'must be one of: ask, plan, all.'],
  [['run', 'Mend it', '--wokspace', '.'], '--wokspace'],
  [['run', 'Mend it', '--workspace', '/no/such/folder'], '/no/such/folder is not a folder.'],
  [['sandbox', 'explode'], 'must be one of: open, exec,'],
  [['sandbox', 'exec', 'id'], 'Name the command after "--".'],
  [['sandbox', 'exec', 'id', '--env', 'X', '--', 'true'], 'NAME=VALUE'],
  [['sandbox', 'exec', 'id', '--timeout', '-1', '--', 'true'], '--timeout'],
  [['sandbox', 'apply', 'id', 'path'], 'Name paths with --only.'],
  [['run', 'Mend it', '--mode', 'yolo'], 'must be one of: ask, plan, build, auto.'],
  [['run', 'Mend it', '--max-turns', 'many'], '--max-turns is "many"'],
  [['run', 'Mend it', '--summary', '/no/such/folder/x.md'], 'its folder is not there'],
  [['sessions', 'show'], 'Name one session.'],
  [['sessions', 'resume'], 'Name the session, and at most one message in quotes.'],
  [['sessions', 'rewind', 'id'], 'the number of the prompt to go back to'],
  [['sessions', 'fork'], 'Name the session'],
  [['sessions', 'list', 'words'], 'Look for words with --search.'],
  [['sessions', 'export', 'id', '--format', 'pdf'], 'must be one of: markdown, json.'],
  [['mcp', 'nothing'], 'files, git, commands, gitlab,'],
  [['mcp', 'files'], 'files needs --root DIR or --sandbox ID.'],
])('%j is wrong usage', async (argv, message) => {
  const { code, stdout, stderr } = await cofferdam(argv);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(message);
});

test('without a key, run says so before it does anything', async () => {
  const { code, stderr } = await cofferdam(['run', 'Mend it']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^cofferdam: ANTHROPIC_API_KEY is not set\. Set it to a key of the model's API.*\n$/);
});

test.each([
  ['show', '20260101-000000-abcdef'],
  ['resume', '20260101'],
  ['rewind', '../../etc', '1'],
  ['fork', ''],
  ['export', 'x'],
  ['delete', '../../../etc'],
])(
  'sessions %s %s: a session that does not exist is a failure with what to do, before any key is missed',
  async (...argv) => {
    const { code, stdout, stderr } = await cofferdam(['sessions', ...argv]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/There is no session .* List them with "cofferdam sessions list"\.\n$/);
  },
);

test('--last says when there is no session yet', async () => {
  const { code, stderr } = await cofferdam(['sessions', 'resume', '--last']);
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('There is no session yet.') });
});

test('tools --json is a tool a line, each with all four annotations', async () => {
  const { code, stdout } = await cofferdam(['tools', '--json']);
  const tools = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(code).toBe(0);
  const servers = new Set(tools.map(({ server }) => server));
  expect([...servers].filter((name) => !name.startsWith('gitlab-'))).toEqual(['files', 'git', 'commands']);
  expect([...servers].filter((name) => name.startsWith('gitlab-'))).toHaveLength(9);
  for (const { annotations } of tools) {
    expect(Object.keys(annotations).sort()).toEqual([
      'destructiveHint',
      'idempotentHint',
      'openWorldHint',
      'readOnlyHint',
    ]);
  }
});
