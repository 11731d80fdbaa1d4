// `cofferdam run`: from a task to a change in the workspace.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { call, calls, fail, type Reply, say, type Turn, toolResults } from '../fakes/messages-api/index.js';
import { cofferdam, jsonLines, modelThatPlays, sandboxesOf, started } from '../support/cofferdam.js';
import { folderWith, git, repositoryWith, temporaryFolder } from '../support/workspaces.js';

const files = { 'package/sum.js': 'export const sum = (a, b) => a - b;\n', 'other/x.txt': 'x\n' };
const mend = call('files__edit_file', {
  path: 'package/sum.js',
  edits: [{ old_text: 'a - b', new_text: 'a + b' }],
});
const mended = 'export const sum = (a, b) => a + b;\n';
/** For runs that apply nothing: they share a snapshot. */
const untouched = repositoryWith(files);
const unattended = ['--approve', 'all', '--apply', 'all'];

test('a task becomes a diff, lands in the workspace, and the sandbox is gone', async () => {
  const root = repositoryWith(files);
  const model = await modelThatPlays([
    calls(['files__read_file', { path: 'package/sum.js' }], ['files__grep', { pattern: 'a - b' }]),
    call('commands__run_command', { command: 'pwd; cat package/sum.js; echo to stderr >&2' }),
    mend,
    say('Now it adds.'),
  ]);
  const { code, stdout, stderr } = await cofferdam(['run', 'Make it add', '--workspace', root, ...unattended], {
    model,
  });
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  expect(stderr).toContain('> Make it add\n');
  expect(stderr).toContain('● commands__run_command pwd; cat package/sum.js');
  expect(stderr).toContain('└ Edited package/sum.js.\nNow it adds.\n');
  expect(stderr).toContain('\n-export const sum = (a, b) => a - b;\n+export const sum = (a, b) => a + b;\n');
  expect(stderr).toContain('Applied 1 file to the workspace.');
  expect(readFileSync(join(root, 'package/sum.js'), 'utf8')).toBe(mended);
  expect(git(root, 'status', '--short')).toBe('M package/sum.js');
  expect(await sandboxesOf(root)).toEqual([]);
  const read = model.requests.flatMap(toolResults).map(({ text }) => text);
  expect(read).toContainEqual(expect.stringMatching(/^1\texport const sum = \(a, b\) => a - b;$/m));
  expect(read).toContainEqual(expect.stringMatching(/^package\/sum.js\n.*a - b/m));
  expect(read).toContainEqual(expect.stringMatching(/--- stdout\n\/workspace\n.*--- stderr\nto stderr/s));
  expect(model).toMatchObject({ rejected: [], remaining: 0 });
});

test('in a subfolder of a repository the whole repository is there, and the model is told where the user is', async () => {
  const root = repositoryWith(files);
  const model = await modelThatPlays([
    call('files__move', { from: 'other/x.txt', to: 'package/x.txt' }),
    say('Moved.'),
  ]);
  const { code } = await cofferdam(['run', 'Bring x here', ...unattended], { model, cwd: join(root, 'package') });
  expect(code).toBe(0);
  expect(JSON.stringify(model.requests[0]?.body.system)).toContain('works in the folder \\"package\\"');
  expect(git(root, 'status', '--short', '--no-renames').split('\n').sort()).toEqual([
    '?? package/x.txt',
    'D other/x.txt',
  ]);
});

test('a folder that is no Git repository is worked on all the same', async () => {
  const root = folderWith(files);
  const model = await modelThatPlays([mend, say('Done.')]);
  const { code, stderr } = await cofferdam(['run', 'Make it add', ...unattended], { model, cwd: root });
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('Applied 1 file') });
  expect(readFileSync(join(root, 'package/sum.js'), 'utf8')).toBe(mended);
});

test('a task that changes nothing says so, and leaves no sandbox', async () => {
  const model = await modelThatPlays([say('It is fine as it is.')]);
  const { code, stderr } = await cofferdam(['run', 'Look at it', ...unattended], { model, cwd: untouched });
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('No files were changed.') });
  expect(await sandboxesOf(untouched)).toEqual([]);
});

test('--json prints an object a line and nothing else, the result last', async () => {
  const root = repositoryWith(files);
  const model = await modelThatPlays([mend, say('Now it adds.')]);
  const { code, stdout } = await cofferdam(['run', 'Make it add', '--json', ...unattended], { model, cwd: root });
  const events = jsonLines(stdout);
  expect(code).toBe(0);
  const live = ['text-delta', 'progress', 'tool-output'];
  expect(events.map(({ kind }) => kind).filter((kind) => !live.includes(String(kind)))).toEqual([
    ...['session', 'project', 'message', 'sandbox', 'answer', 'checkpoint', 'tool-start', 'tool-result', 'answer'],
    ...['stop', 'checkpoint', 'applied', 'result'],
  ]);
  expect(events.at(-1)).toEqual({
    kind: 'result',
    session: events[0]?.['id'],
    sandbox: null,
    reason: 'done',
    message: 'The model is done.',
    changes: [expect.objectContaining({ kind: 'modified', path: 'package/sum.js' })],
    applied: ['package/sum.js'],
    complete: true,
    failed: false,
    totals: expect.objectContaining({ turns: 2, cost: expect.any(Number), hitRate: expect.any(Number) }),
  });
});

test('--summary writes what a reviewer asks first, and a run that fails writes why', async () => {
  const root = repositoryWith(files);
  const summary = join(temporaryFolder(), 'summary.md');
  const test = call('commands__run_command', { command: 'grep -c + package/sum.js' });
  const steps = [{ title: 'Turn minus into plus', status: 'done' }];
  const model = await modelThatPlays([call('update_plan', { steps }), mend, test, say('Now it adds.')]);
  const args = ['run', 'Make it add', '--summary', summary];
  expect(await cofferdam([...args, ...unattended], { model, cwd: root })).toMatchObject({ code: 0 });
  const written = readFileSync(summary, 'utf8');
  expect(written).toMatch(/^## Cofferdam: done\n/);
  expect(written).toContain('### Asked\n\n```text\nMake it add\n```\n');
  expect(written).toContain('| `M package/sum.js` | +1 | -1 |\n');
  expect(written).toContain('- [x] `Turn minus into plus`\n');
  expect(written).toMatch(/\| `grep -c \+ package\/sum.js` \| `c1 exited with code 0 /);
  expect(written).toMatch(/4 turns · .*\$\d/);

  const failing = await modelThatPlays([fail(401)]);
  expect(await cofferdam(args, { model: failing, cwd: root })).toMatchObject({ code: 1 });
  expect(readFileSync(summary, 'utf8')).toMatch(/^## Cofferdam: failed\n\n`.*ANTHROPIC_API_KEY/);
});

const limited = repositoryWith(files);
test.each([
  [['--max-turns', '1'], 'The limit of 1 turns is reached.'],
  [['--max-tokens', '50'], 'The limit of 50 tokens is reached.'],
  [['--max-money', '0.000001'], 'The limit of $0.000001 is reached.'],
])('%j stops there: exit code 1, nothing applied, and the session goes on', async (limit, message) => {
  const model = await modelThatPlays([mend, say('Never asked.')]);
  const args = ['run', 'Make it add', ...limit, ...unattended];
  const { code, stderr } = await cofferdam(args, { model, cwd: limited });
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(message) });
  expect({ status: git(limited, 'status', '--short'), left: model.remaining }).toEqual({ status: '', left: 1 });
  const [, session = ''] = /cofferdam sessions resume (\S+)\n$/.exec(stderr) ?? [];
  const later = await modelThatPlays([say('Now it adds.')]);
  expect(await cofferdam(['sessions', 'resume', session], { model: later })).toMatchObject({ code: 0 });
});

test('what your policy does not allow is not done where nobody can be asked, and the reason reaches the model', async () => {
  const model = await modelThatPlays([
    call('commands__run_command', { command: 'npm publish' }),
    say('I was not allowed to.'),
  ]);
  const env = { COFFERDAM_HOME: folderWith({ 'policy.yaml': 'ask:\n  - commands.run_command: npm publish\n' }) };
  const args = ['run', 'Publish', '--mode', 'auto', '--json'];
  const { code, stdout } = await cofferdam(args, { model, cwd: untouched, env });
  expect(code).toBe(0);
  expect(model.requests.flatMap(toolResults)).toMatchObject([
    { isError: true, text: expect.stringContaining('Nobody is there to approve it') },
  ]);
  expect(jsonLines(stdout)).toContainEqual(expect.objectContaining({ kind: 'approval', allowed: false }));
});

test('in the mode ask nothing is changed, whatever is approved', async () => {
  const model = await modelThatPlays([mend, say('I only looked.')]);
  const args = ['run', 'Make it add', '--mode', 'ask', '--approve', 'all'];
  const { code, stderr } = await cofferdam(args, { model, cwd: untouched });
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('No files were changed.') });
  expect(model.requests.flatMap(toolResults)).toMatchObject([
    { isError: true, text: expect.stringMatching(/^Not run: /) },
  ]);
});

test('--apply none keeps the sandbox and says how to go on, and that does go on', async () => {
  const root = repositoryWith(files);
  const model = await modelThatPlays([mend, say('Now it adds.')]);
  const run = await cofferdam(['run', 'Make it add', '--approve', 'all', '--apply', 'none'], { model, cwd: root });
  expect(run.code).toBe(0);
  expect(git(root, 'status', '--short')).toBe('');

  const told = [...run.stderr.matchAll(/^ {2}cofferdam (.*)$/gm)].map(([, line = '']) => line.split(' '));
  expect(told.map(([, verb]) => verb)).toEqual(['changes', 'apply', 'close']);
  const [changes = [], apply = [], close = []] = told;
  expect((await cofferdam(changes)).stdout).toContain('+export const sum = (a, b) => a + b;');
  expect(await cofferdam(apply)).toEqual({ code: 0, stdout: 'package/sum.js\n', stderr: '' });
  expect(readFileSync(join(root, 'package/sum.js'), 'utf8')).toBe(mended);
  expect(await cofferdam(close)).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(await sandboxesOf(root)).toEqual([]);
});

test('where nobody can be asked, nothing is changed or applied, and the run says why', async () => {
  const model = await modelThatPlays([mend, say('I was not allowed to.')]);
  const { code, stderr } = await cofferdam(['run', 'Make it add'], { model, cwd: untouched });
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('Nobody can be asked here') });
  expect(stderr).toContain('No files were changed.');
  expect(await sandboxesOf(untouched)).toEqual([]);
});

test('a file that the user changed meanwhile is left alone: exit code 1, and the sandbox keeps the rest', async () => {
  const root = repositoryWith(files);
  const model = await modelThatPlays([
    mend,
    () => {
      folderWith({ 'package/sum.js': 'mine\n' }, root);
      return say('Now it adds.');
    },
  ]);
  const { code, stderr } = await cofferdam(['run', 'Make it add', ...unattended], { model, cwd: root });
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('Not applied: package/sum.js') });
  expect(readFileSync(join(root, 'package/sum.js'), 'utf8')).toBe('mine\n');
});

test('an API that is busy, overloaded, broken or cut off in the middle of the run is asked again', async () => {
  const root = repositoryWith(files);
  const half: Reply = { ...say('Half of what I wanted to say'), chunkSize: 4 };
  const model = await modelThatPlays([
    fail(429, 0.1),
    { ...half, end: { cut: 6 } },
    mend,
    fail(529, 0.1),
    fail(500, 0.1),
    { ...half, end: { error: 'overloaded_error', after: 6 } },
    say('Now it adds.'),
  ]);
  const { code, stderr } = await cofferdam(['run', 'Make it add', ...unattended], { model, cwd: root });
  expect({ code, rejected: model.rejected, remaining: model.remaining }).toEqual({
    code: 0,
    rejected: [],
    remaining: 0,
  });
  expect(stderr).toContain('HTTP 429: rate_limit_error Asking again in 1 s.');
  expect(stderr.match(/Asking again/g)).toHaveLength(5);
  expect(readFileSync(join(root, 'package/sum.js'), 'utf8')).toBe(mended);
});

test('calls that cannot be made are told to the model, which goes on', async () => {
  const model = await modelThatPlays([
    { content: [{ type: 'tool_use', name: 'files__write_file', json: '{"path": ' }] },
    call('files__write_file', { path: 7 }),
    call('files__write_file', { path: '../../etc/passwd', content: 'x' }),
    call('files__explode'),
    say('Sorry.'),
  ]);
  const { code, stderr } = await cofferdam(['run', 'Make it add', ...unattended], { model, cwd: untouched });
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('No files were changed.') });
  const problems = ['not valid JSON', 'expected string', 'leads outside of', 'There is no tool "files__explode"'];
  for (const problem of problems) expect(stderr).toMatch(new RegExp(`✗ .*${problem}`));
  expect(model.requests.slice(1).map(toolResults)).toEqual(
    problems.map((problem) => [expect.objectContaining({ isError: true, text: expect.stringContaining(problem) })]),
  );
});

test('a model that makes the same call for ever is stopped: exit code 1, nothing applied', async () => {
  const model = await modelThatPlays([
    mend,
    ...Array<Turn>(20).fill(call('commands__run_command', { command: 'false' })),
  ]);
  const { code, stderr } = await cofferdam(['run', 'Make it add', ...unattended], { model, cwd: untouched });
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('the same call 6 times in a row') });
  expect(stderr).toMatch(/To go on: cofferdam sessions resume \S+\n$/);
  expect(git(untouched, 'status', '--short')).toBe('');
});

test('a model that declines ends the run: exit code 1, and its reason in the result', async () => {
  const model = await modelThatPlays([{ ...say('I will not.'), stopReason: 'refusal' }]);
  const { code, stdout } = await cofferdam(['run', 'Do harm', '--json', ...unattended], { model, cwd: untouched });
  expect(code).toBe(1);
  expect(jsonLines(stdout).at(-1)).toMatchObject({ kind: 'result', reason: 'refused' });
});

test('interrupted by a signal it stops in good order: exit code 130, with a result that says so', async () => {
  const model = await modelThatPlays([call('commands__run_command', { command: 'echo be""gun; sleep 4711' })]);
  const running = started(['run', 'Wait', '--json', ...unattended], { model, cwd: limited });
  await running.printed('begun"');
  running.kill('SIGINT');
  const { code, stdout } = await running.ended;
  expect(code).toBe(130);
  expect(jsonLines(stdout).at(-1)).toMatchObject({
    kind: 'result',
    reason: 'interrupted',
    sandbox: expect.any(String),
  });
});

test.each([
  [['--model', 'forbidden-1'], 2, 'forbidden-1'],
  [['--image', 'localhost:1/no/such'], 1, 'localhost:1/no/such'],
])('%j cannot work: exit code %i, and why', async (args, expected, message) => {
  const model = await modelThatPlays([]);
  const env = { COFFERDAM_HOME: folderWith({ 'policy.yaml': 'model: { allow: [claude-*] }\n' }) };
  const { code, stderr } = await cofferdam(['run', 'x', ...args, ...unattended], { model, cwd: untouched, env });
  expect({ code, stderr }).toEqual({ code: expected, stderr: expect.stringContaining(message) });
});

test('an API that refuses the key ends the run with what to do', async () => {
  const model = await modelThatPlays([fail(401)]);
  const { code, stderr } = await cofferdam(['run', 'Make it add', ...unattended], { model, cwd: untouched });
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('Check ANTHROPIC_API_KEY.') });
});
