// A person at a terminal: questions, answers, Ctrl-C.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { call, calls, say, toolResults } from '../fakes/messages-api/index.js';
import { atTerminal, cofferdam, jsonLines, modelThatPlays, sandboxesOf, started } from '../support/cofferdam.js';
import { git, repositoryWith } from '../support/workspaces.js';

const files = { 'sum.js': 'a - b\n' };
const mend = call('files__edit_file', { path: 'sum.js', edits: [{ old_text: 'a - b', new_text: 'a + b' }] });
const plan = call('update_plan', { steps: [{ title: 'Turn minus into plus', status: 'pending' }] });

test('a plan is refused with a reason, then approved, and its result is applied', async () => {
  const root = repositoryWith(files);
  const model = await modelThatPlays([mend, plan, mend, plan, mend, say('Now it adds.')]);
  const terminal = atTerminal(['run', 'Make it add', '--workspace', root], { model });
  await terminal.printed('Turn minus into plus\nGo ahead with this plan? [y]es, [n]o, or say what to change: ');
  terminal.type('Look at the tests first\n');
  await terminal.printed('Denied: update_plan');
  await terminal.printed('Go ahead with this plan?');
  terminal.type('y\n');
  await terminal.printed('Apply 1 file? [a]ll, [n]one, [c]hoose: ');
  expect(git(root, 'status', '--short')).toBe('');
  terminal.type('a\n');
  const { code, stdout } = await terminal.ended;
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('Applied 1 file to the workspace.') });
  expect(model.requests.slice(1).map((request) => toolResults(request)[0]?.text)).toEqual([
    expect.stringContaining('has not approved a plan yet'),
    'The plan was not approved: the user said no: Look at the tests first',
    expect.stringContaining('has not approved a plan yet'),
    'The user approved the plan. Carry it out.',
    expect.stringContaining('Edited sum.js'),
  ]);
  expect(readFileSync(join(root, 'sum.js'), 'utf8')).toBe('a + b\n');
  expect(await sandboxesOf(root)).toEqual([]);
});

test('with --approve ask each change asks, a denial reaches the model with its reason, and files are chosen one by one', async () => {
  const root = repositoryWith(files);
  const model = await modelThatPlays([
    calls(['files__read_file', { path: 'sum.js' }]),
    mend,
    calls(['files__write_file', { path: 'a', content: 'a' }], ['files__write_file', { path: 'b', content: 'b' }]),
    say('I made two files.'),
  ]);
  const terminal = atTerminal(['run', 'Make it add', '--approve', 'ask', '--workspace', root], { model });
  await terminal.printed('? files__edit_file sum.js\nAllow this call?');
  terminal.type('leave sum.js alone\n');
  await terminal.printed('? files__write_file a\nAllow this call?');
  terminal.type('y\n');
  await terminal.printed('? files__write_file b\nAllow this call?');
  terminal.type('yes\n');
  await terminal.printed('Apply 2 files?');
  terminal.type('c\n');
  await terminal.printed('A a [y/n]: ');
  terminal.type('n\n');
  await terminal.printed('A b [y/n]: ');
  terminal.type('y\n');
  const { code, stdout } = await terminal.ended;
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('Applied 1 file to the workspace.') });
  expect(stdout).toContain('What is not applied stays in the sandbox:');
  expect(model.requests.map(toolResults)[2]).toMatchObject([
    { text: 'Not run: the user said no: leave sum.js alone', isError: true },
  ]);
  expect(git(root, 'status', '--short')).toBe('?? b');
});

test('nothing that a model, a command or a file name holds takes the terminal over', async () => {
  const root = repositoryWith(files);
  const command = String.raw`printf '\033]0;owned\007\033[2Jgreen\n'; echo x > "$(printf 'odd\033[2J\rname')"; sleep 0.3`;
  const model = await modelThatPlays([
    call('commands__run_command', { command }),
    say('\x1b]52;c;b3duZWQ=\x07Done \u202eenod'),
  ]);
  const terminal = atTerminal(['run', 'Look', '--approve', 'all', '--apply', 'none', '--workspace', root], { model });
  const { code, stdout } = await terminal.ended;
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('Done enod') });
  expect(stdout).toContain('│ green');
  expect(stdout).toContain('A odd name');
  expect(stdout).not.toMatch(/[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f\u202e]|\r(?!\n)/);
});

test('Ctrl-C at a question stops the run, which says how to go on', async () => {
  const root = repositoryWith(files);
  const model = await modelThatPlays([plan]);
  const terminal = atTerminal(['run', 'Make it add', '--workspace', root], { model });
  await terminal.printed('Go ahead with this plan?');
  terminal.type('\x03');
  const { code, stdout } = await terminal.ended;
  expect({ code, stdout }).toEqual({ code: 130, stdout: expect.stringContaining('cofferdam sessions resume') });
});

test('Ctrl-C in the middle of a command ends it, applies nothing, and the session goes on', async () => {
  const root = repositoryWith(files);
  const model = await modelThatPlays([mend, call('commands__run_command', { command: 'echo be""gun; sleep 4711' })]);
  const terminal = atTerminal(['run', 'Make it add', '--approve', 'all', '--workspace', root], { model });
  await terminal.printed('│ begun');
  terminal.type('\x03');
  const { code, stdout } = await terminal.ended;
  expect({ code, stdout }).toEqual({ code: 130, stdout: expect.stringContaining('Interrupted.') });
  expect(git(root, 'status', '--short')).toBe('');
  const [sandbox = ''] = await sandboxesOf(root);
  expect(await cofferdam(['sandbox', 'exec', sandbox, '--', 'pgrep', 'sleep'])).toMatchObject({ code: 1, stdout: '' });

  const [, session = ''] = /cofferdam sessions resume (\S+)/.exec(stdout) ?? [];
  const later = await modelThatPlays([say('Now it adds.')]);
  const resumed = await cofferdam(['sessions', 'resume', session, '--apply', 'all'], { model: later });
  expect(resumed).toMatchObject({ code: 0, stderr: expect.stringContaining('Applied 1 file') });
  expect(later.requests.map(toolResults)[0]).toMatchObject([
    { text: expect.stringContaining('Interrupted by the user'), isError: true },
  ]);
  expect(readFileSync(join(root, 'sum.js'), 'utf8')).toBe('a + b\n');
  expect(await sandboxesOf(root)).toEqual([]);
});

test('killed in the middle of a command: the model learns that its outcome is unknown, and nothing is done twice', async () => {
  const root = repositoryWith(files);
  const command = 'echo once >> log; echo be""gun; sleep 4711';
  const model = await modelThatPlays([call('commands__run_command', { command })]);
  const run = started(['run', 'Log it', '--approve', 'all', '--workspace', root], { model });
  await run.printed('│ begun');
  run.kill('SIGKILL');
  expect((await run.ended).code).toBe(null);
  const sessions = jsonLines((await cofferdam(['sessions', 'list', '--json'])).stdout);
  const session = sessions.find(({ workspace }) => workspace === root);
  expect(session).toMatchObject({ task: 'Log it', stopped: null, sandbox: (await sandboxesOf(root))[0] });

  const later = await modelThatPlays([say('It was logged.')]);
  const resumed = await cofferdam(['sessions', 'resume', String(session?.['id']), '--apply', 'all'], { model: later });
  expect(resumed).toMatchObject({ code: 0, stderr: expect.stringContaining('Applied 1 file') });
  expect(later.requests.map(toolResults)).toMatchObject([
    [{ text: expect.stringContaining('its outcome is unknown'), isError: true }],
  ]);
  expect(readFileSync(join(root, 'log'), 'utf8')).toBe('once\n');
  expect(await sandboxesOf(root)).toEqual([]);
});
