// A person at a terminal: questions, answers, Ctrl-C.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { call, calls, gate, type MessagesRequest, say, toolResults } from '../fakes/messages-api/index.js';
import { atTerminal, cofferdam, home, jsonLines, modelThatPlays, sandboxesOf, started } from '../support/cofferdam.js';
import { git, repositoryWith, temporaryFolder } from '../support/workspaces.js';

const files = { 'sum.js': 'a - b\n' };
const mend = call('files__edit_file', { path: 'sum.js', edits: [{ old_text: 'a - b', new_text: 'a + b' }] });
const plan = call('update_plan', { steps: [{ title: 'Turn minus into plus', status: 'pending' }] });
const run = (command: string) => call('commands__run_command', { command });

const ctrlC = '\x03';
const ctrlD = '\x04';
const escapeKey = '\x1b';

/** What the model was told last by the user or by Cofferdam, besides results. */
function heard({ body }: MessagesRequest): string[] {
  const content = body.messages.at(-1)?.content ?? [];
  if (typeof content === 'string') return [content];
  return content.flatMap((block) => (block.type === 'text' ? [block.text] : []));
}

test('a plan is refused with a reason, then approved, and its result is applied', async () => {
  const root = repositoryWith(files);
  const model = await modelThatPlays([mend, plan, mend, plan, mend, say('Now it adds.')]);
  const terminal = atTerminal(['run', 'Make it add', '--once', '--workspace', root], { model });
  await terminal.printed('Turn minus into plus\nGo ahead with this plan? [y]es, [e]dit, [n]o, or say what to change: ');
  terminal.type('Look at the tests first\r');
  await terminal.printed('Denied: update_plan');
  await terminal.printed('Go ahead with this plan?');
  terminal.type('y\r');
  await terminal.printed('Apply 1 file? [a]ll, [n]one, [c]hoose: ');
  expect(git(root, 'status', '--short')).toBe('');
  terminal.type('a\r');
  const { code, stdout } = await terminal.ended;
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('Applied 1 file to the workspace.') });
  expect(model.requests.slice(1).map((request) => toolResults(request)[0]?.text)).toEqual([
    expect.stringMatching(/^Not run: .*plan/),
    'The plan was not approved: the user said no: Look at the tests first',
    expect.stringMatching(/^Not run: .*plan/),
    'The user approved the plan. Carry it out.',
    expect.stringContaining('Edited sum.js'),
  ]);
  expect(readFileSync(join(root, 'sum.js'), 'utf8')).toBe('a + b\n');
  expect(await sandboxesOf(root)).toEqual([]);
});

test('a plan is edited in the own editor, and carried out as it is then', async () => {
  const root = repositoryWith(files);
  const model = await modelThatPlays([plan, say('I see.')]);
  const editor = `sed -i 's/Turn.*/Write a test/'`;
  const terminal = atTerminal(['run', 'Make it add', '--once', '--workspace', root], {
    model,
    env: { EDITOR: editor },
  });
  await terminal.printed('Go ahead with this plan?');
  terminal.type('e\r');
  await terminal.printed('Plan\n  ○ Write a test\n');
  await terminal.printed('Go ahead with this plan?');
  terminal.type('y\r');
  expect(await terminal.ended).toMatchObject({ code: 0, stdout: expect.stringContaining('Plan, as you edited it') });
  expect(model.requests.map(toolResults)[1]).toMatchObject([
    { text: expect.stringMatching(/edited the plan and approved it.*\n1. Write a test$/) },
  ]);
});

test('risky calls ask in the mode build, a denial reaches the model with its reason, and files are chosen one by one', async () => {
  const root = repositoryWith(files);
  const model = await modelThatPlays([
    calls(['files__read_file', { path: 'sum.js' }]),
    run('touch a'),
    calls(['commands__run_command', { command: 'touch b' }], ['commands__run_command', { command: 'touch c' }]),
    say('I made two files.'),
  ]);
  const terminal = atTerminal(['run', 'Make files', '--mode', 'build', '--once', '--workspace', root], { model });
  await terminal.printed('? commands__run_command touch a\n');
  await terminal.printed('Allow this call?');
  terminal.type('no a please\r');
  await terminal.printed('? commands__run_command touch b\n');
  await terminal.printed('Allow this call?');
  terminal.type('y\r');
  await terminal.printed('? commands__run_command touch c\n');
  await terminal.printed('Allow this call?');
  terminal.type('yes\r');
  await terminal.printed('Apply 2 files?');
  terminal.type('c\r');
  await terminal.printed('A b [y/n]: ');
  terminal.type('n\r');
  await terminal.printed('A c [y/n]: ');
  terminal.type('y\r');
  const { code, stdout } = await terminal.ended;
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('Applied 1 file to the workspace.') });
  expect(stdout).toContain('What is not applied stays in the sandbox:');
  expect(model.requests.map(toolResults)[2]).toMatchObject([
    { text: 'Not run: the user said no: no a please', isError: true },
  ]);
  expect(git(root, 'status', '--short')).toBe('?? c');
});

test('"always" writes the line that was shown into the own policy, and the next run does not ask', async () => {
  const root = repositoryWith(files);
  const env = { COFFERDAM_HOME: temporaryFolder() };
  const script = [run('touch a'), run('touch b'), say('Done.')];
  const args = ['run', 'Make files', '--mode', 'build', '--apply', 'none', '--once', '--workspace', root];
  const first = await modelThatPlays(script);
  const terminal = atTerminal(args, { model: first, env });
  await terminal.printed('always: allow: commands.run_command: touch a\n');
  await terminal.printed("Allow this call? [y]es once, [a]lways, [n]o, [d]on't ask again, or say what to change: ");
  terminal.type('a\r');
  await terminal.printed('In your policy from now on: allow: commands.run_command: touch a\n');
  await terminal.printed('? commands__run_command touch b\n');
  await terminal.printed('Allow this call?');
  terminal.type('d\r');
  await terminal.printed('In your policy from now on: deny: commands.run_command: touch b\n');
  expect(await terminal.ended).toMatchObject({ code: 0 });
  const policy = readFileSync(join(env.COFFERDAM_HOME, 'policy.yaml'), 'utf8');
  expect(policy).toMatch(/allow:\n\s*- "?commands.run_command: touch a"?\n/);
  expect(policy).toMatch(/deny:\n\s*- "?commands.run_command: touch b"?\n/);

  const second = await modelThatPlays(script);
  expect(await cofferdam(args, { model: second, env })).toMatchObject({ code: 0 });
  expect(second.requests.map(toolResults)).toMatchObject([
    [],
    [{ isError: false }],
    [{ isError: true, text: expect.stringContaining('Not run: ') }],
  ]);
});

test('what is typed while the agent works reaches it at the next step, and nothing is lost', async () => {
  const root = repositoryWith(files);
  const answering = gate();
  const model = await modelThatPlays([
    { ...mend, hold: { after: 3, gate: answering } },
    call('files__write_file', { path: 'test.js', content: 'test\n' }),
    say('Now it adds, and is tested.'),
  ]);
  const terminal = atTerminal(['run', 'Make it add', '--mode', 'auto', '--workspace', root], { model });
  await answering.reached;
  terminal.type('Add a test too\r');
  await terminal.printed('> Add a test too\n  will be read at the next step\n');
  answering.open();
  await terminal.printed('Apply 2 files?');
  terminal.type('a\r');
  await terminal.printed('Say what is next, or end with Ctrl-D.\n> ');
  terminal.type(ctrlD);
  expect(await terminal.ended).toMatchObject({ code: 0 });
  expect(model.requests.map(heard)[1]).toEqual(['Add a test too']);
  expect(toolResults(model.requests[1] as MessagesRequest)).toMatchObject([{ isError: false }]);
  expect(model).toMatchObject({ rejected: [], remaining: 0 });
  expect(git(root, 'status', '--short').split('\n')).toEqual(['M sum.js', '?? test.js']);
});

test('Escape stops the step and keeps the context; Enter goes on from there, and other words change course', async () => {
  const root = repositoryWith(files);
  const model = await modelThatPlays([
    run('echo be""gun; sleep 4711'),
    { ...say('I wait for it.'), hold: { after: 4, gate: gate() } },
    say('Never mind, then.'),
  ]);
  const terminal = atTerminal(['run', 'Wait', '--mode', 'auto', '--workspace', root], { model });
  await terminal.printed('│ begun');
  terminal.type(escapeKey);
  await terminal.printed('Interrupted.\n');
  await terminal.printed(
    'Enter goes on from where it stopped; say something else to change course, or end with Ctrl-D.\n> ',
  );
  terminal.type('\r');
  await terminal.printed('I wait for it');
  terminal.type(escapeKey);
  await terminal.printed('or end with Ctrl-D.\n> ');
  terminal.type('Forget it\r');
  await terminal.printed('Never mind, then.');
  await terminal.printed('Say what is next');
  terminal.type(ctrlD);
  expect(await terminal.ended).toMatchObject({ code: 0 });
  expect(model.requests.map(toolResults)[1]).toMatchObject([
    { isError: true, text: expect.stringContaining('nterrupted') },
  ]);
  expect(heard(model.requests[2] as MessagesRequest)).toEqual(['Forget it']);
  expect(model.rejected).toEqual([]);
});

test('without a task it asks for one; one turn follows another, and only what is new is reviewed', async () => {
  const root = repositoryWith(files);
  const model = await modelThatPlays([
    mend,
    say('Now it adds.'),
    say('It did not before.'),
    call('files__edit_file', { path: 'sum.js', edits: [{ old_text: 'a + b', new_text: 'a + b;' }] }),
    say('With a semicolon.'),
  ]);
  const terminal = atTerminal(['run', '--mode', 'auto', '--workspace', root], { model });
  await terminal.printed('Say what to do.');
  terminal.type('Make it add\r');
  await terminal.printed('Apply 1 file?');
  terminal.type('a\r');
  await terminal.printed('Say what is next');
  terminal.type('Why?\r');
  await terminal.printed('No further files were changed.');
  await terminal.printed('Say what is next');
  terminal.type('/status\r');
  await terminal.printed('Say what is next');
  terminal.type('Add a semicolon\r');
  await terminal.printed('-a + b\n+a + b;\n');
  await terminal.printed('Apply 1 file?');
  terminal.type('a\r');
  await terminal.printed('Say what is next');
  terminal.type(ctrlD);
  expect(await terminal.ended).toMatchObject({ code: 0 });
  expect(readFileSync(join(root, 'sum.js'), 'utf8')).toBe('a + b;\n');
  expect(await sandboxesOf(root)).toEqual([]);
  expect(model).toMatchObject({ rejected: [], remaining: 0 });
});

test('nothing that a model, a command or a file name holds takes the terminal over', async () => {
  const root = repositoryWith(files);
  const command = String.raw`printf '\033]0;owned\007\033[2Jgreen\n'; echo x > "$(printf 'odd\033[2J\rname')"; sleep 0.3`;
  const model = await modelThatPlays([run(command), say('\x1b]52;c;b3duZWQ=\x07Done \u202eenod')]);
  const args = ['run', 'Look', '--approve', 'all', '--apply', 'none', '--once', '--workspace', root];
  const { code, stdout } = await atTerminal(args, { model }).ended;
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('Done enod') });
  expect(stdout).toContain('│ green');
  expect(stdout).toContain('A odd name');
  // Our own: pasted text is to come marked as such.
  expect(stdout.replaceAll(/\x1b\[\?2004[hl]/g, '')).not.toMatch(/[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f\u202e]|\r(?!\n)/);
});

test('Ctrl-C at a question stops the run, which says how to go on', async () => {
  const root = repositoryWith(files);
  const model = await modelThatPlays([plan]);
  const terminal = atTerminal(['run', 'Make it add', '--workspace', root], { model });
  await terminal.printed('Go ahead with this plan?');
  terminal.type(ctrlC);
  const { code, stdout } = await terminal.ended;
  expect({ code, stdout }).toEqual({ code: 130, stdout: expect.stringContaining('cofferdam sessions resume') });
});

test('a second Ctrl-C does not wait for an agent that hangs', async () => {
  const root = repositoryWith(files);
  const model = await modelThatPlays([run('echo be""gun; sleep 4711')]);
  const terminal = atTerminal(['run', 'Wait', '--approve', 'all', '--workspace', root], { model });
  await terminal.printed('│ begun');
  const agent = agentOf(await sessionIn(root));
  process.kill(agent, 'SIGSTOP');
  terminal.type(ctrlC);
  terminal.type(ctrlC);
  expect((await terminal.ended).code).toBe(130);
  process.kill(agent, 'SIGCONT');
  await vi.waitFor(async () => expect(await sessionIn(root)).toMatchObject({ running: false }), { timeout: 30_000 });
});

test('Ctrl-C in the middle of a command ends it, applies nothing, and the session goes on', async () => {
  const root = repositoryWith(files);
  const model = await modelThatPlays([mend, run('echo be""gun; sleep 4711')]);
  const terminal = atTerminal(['run', 'Make it add', '--approve', 'all', '--workspace', root], { model });
  await terminal.printed('│ begun');
  terminal.type(ctrlC);
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

/** What the list says of the one session in a workspace. */
async function sessionIn(root: string): Promise<Record<string, unknown>> {
  const sessions = jsonLines((await cofferdam(['sessions', 'list', '--workspace', root, '--json'])).stdout);
  expect(sessions).toHaveLength(1);
  return sessions[0] ?? {};
}

/** The process that works on the session. */
function agentOf({ id }: Record<string, unknown>): number {
  return Number.parseInt(readFileSync(join(home, 'sessions', String(id), 'events.jsonl.lock'), 'utf8'), 10);
}

const logOnce = run('echo once >> log; echo be""gun; sleep 4711');

test('the agent is killed in the middle of a command: that is told, nothing is done twice, and the model learns that nobody knows', async () => {
  const root = repositoryWith(files);
  const model = await modelThatPlays([logOnce]);
  const running = started(['run', 'Log it', '--approve', 'all', '--workspace', root], { model });
  await running.printed('│ begun');
  const id = String((await sessionIn(root))['id']);
  process.kill(agentOf(await sessionIn(root)), 'SIGKILL');
  const { code, stderr } = await running.ended;
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringContaining('The agent ended unexpectedly (SIGKILL).'),
  });
  expect(stderr).toContain(`To go on: cofferdam sessions resume ${id}`);
  const [sandbox] = await sandboxesOf(root);
  expect(await sessionIn(root)).toMatchObject({ title: 'Log it', stopped: null, running: false, sandbox });

  const later = await modelThatPlays([say('It was logged.')]);
  const resumed = await cofferdam(['sessions', 'resume', id, '--apply', 'all'], { model: later });
  expect(resumed).toMatchObject({ code: 0, stderr: expect.stringContaining('Applied 1 file') });
  expect(later.requests.map(toolResults)).toMatchObject([
    [{ text: expect.stringContaining('its outcome is unknown'), isError: true }],
  ]);
  expect(readFileSync(join(root, 'log'), 'utf8')).toBe('once\n');
  expect(await sandboxesOf(root)).toEqual([]);
});

test('the terminal goes away in the middle of a command: the agent stops in good order, and the session goes on', async () => {
  const root = repositoryWith(files);
  const model = await modelThatPlays([logOnce]);
  const running = started(['run', 'Log it', '--approve', 'all', '--workspace', root], { model });
  await running.printed('│ begun');
  running.kill('SIGKILL');
  expect((await running.ended).code).toBe(null);
  await vi.waitFor(async () => expect(await sessionIn(root)).toMatchObject({ running: false }), { timeout: 30_000 });
  expect(await sessionIn(root)).toMatchObject({ stopped: 'interrupted' });
  const later = await modelThatPlays([say('It was logged.')]);
  expect(await cofferdam(['sessions', 'resume', '--last', '--apply', 'all'], { model: later })).toMatchObject({
    code: 0,
  });
  expect(readFileSync(join(root, 'log'), 'utf8')).toBe('once\n');
});
