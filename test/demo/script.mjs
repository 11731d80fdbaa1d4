// What the model says in the demo when there is no API key: fixed turns for the repository beside this file. A turn
// that follows a test run is played only when the run came out as it has to.

import { readFileSync } from 'node:fs';

const say = (text) => ({ type: 'text', text });
const call = (name, input) => ({ type: 'tool_use', name, input });
const turn = (...content) => ({ content, paceMs: 12 });

/** `next`, when the results of the last calls hold `expected`. */
const after = (expected, next) => (request) =>
  JSON.stringify(request.body.messages.at(-1)).includes(expected)
    ? next
    : turn(say(`I expected to read "${expected}" in what the tools answered. I stop here.`));

const titles = [
  'Read the issue and the project',
  'Reproduce the failure',
  'Fix the cause',
  'Run the whole suite again',
  'Propose the fix as a merge request',
];
const plan = (done) =>
  call('update_plan', {
    steps: titles.map((title, index) => ({
      title,
      status: index < done ? 'done' : index === done ? 'in_progress' : 'pending',
    })),
  });

const branch = 'largest-remainders';
const wrong = 'sort((a, b) => a.remainder < b.remainder)';
const right = 'sort((a, b) => b.remainder - a.remainder)';
const fixed = readFileSync(new URL('repository/src/split.js', import.meta.url), 'utf8').replace(wrong, right);

const runTests = call('commands__run_command', { command: 'npm test' });

export default [
  turn(
    say('I will read the issue and the project first, then reproduce the failure before I change anything.'),
    plan(0),
    call('gitlab__get_issue', { issue: '#1' }),
    call('files__tree', { path: '.' }),
    call('files__read_file', { path: 'README.md' }),
  ),
  after(
    'go to the wrong people',
    turn(
      say('The issue is about rounding in a small library. Now the code, and what the tests expect of it.'),
      call('files__read_file', { path: 'src/split.js' }),
      call('files__read_file', { path: 'test/split.test.js' }),
    ),
  ),
  turn(plan(1), runTests),
  after(
    'fail 1',
    turn(
      say(
        'One test fails: the cents that are left go to the first people instead of to the largest remainders. ' +
          'The comparator in `src/split.js` returns a boolean. As a number that is 0 or 1 and never negative, so `sort` ' +
          'sees only "equal" and "after" and leaves the order as it was. It has to return a difference, largest first.',
      ),
      plan(2),
      call('files__edit_file', {
        path: 'src/split.js',
        edits: [{ old_text: wrong, new_text: right }],
      }),
    ),
  ),
  turn(plan(3), runTests),
  after(
    'fail 0',
    turn(
      say('All tests pass. I propose exactly this change, on a branch of its own.'),
      plan(4),
      call('gitlab__create_commit', {
        branch,
        start_branch: 'main',
        commit_message: 'Give the cents that are left to the largest remainders',
        actions: [{ action: 'update', file_path: 'src/split.js', content: fixed }],
      }),
    ),
  ),
  after(
    branch,
    turn(
      call('gitlab__create_merge_request', {
        source_branch: branch,
        target_branch: 'main',
        title: 'Give the cents that are left to the largest remainders',
        description:
          'The comparator in `src/split.js` returned a boolean, so `sort` left the order as it was. It returns the ' +
          'difference of the remainders now.\n\nCloses #1',
      }),
    ),
  ),
  after('/merge_requests/', turn(plan(5))),
  turn(
    say(
      'The test suite passes, and a merge request proposes the fix. `splitBill` sorted remainders with a comparator that returned a boolean, which never put ' +
        'anything in front of anything; it now returns the difference of the remainders. `sort` is stable, so on a tie ' +
        'the one who comes first still gets the cent, as the README says.',
    ),
  ),
];
