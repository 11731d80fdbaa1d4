// What the model says in the demo when there is no API key: fixed turns for the repository beside this file. A turn
// that follows a test run is played only when the run came out as it has to.

const say = (text) => ({ type: 'text', text });
const call = (name, input) => ({ type: 'tool_use', name, input });
const turn = (...content) => ({ content, paceMs: 12 });

/** `next`, when the results of the last calls hold `expected`. */
const after = (expected, next) => (request) =>
  JSON.stringify(request.body.messages.at(-1)).includes(expected)
    ? next
    : turn(say(`I expected to read "${expected}" in what the tools answered. I stop here.`));

const titles = ['Read the project', 'Reproduce the failure', 'Fix the cause', 'Run the whole suite again'];
const plan = (done) =>
  call('update_plan', {
    steps: titles.map((title, index) => ({
      title,
      status: index < done ? 'done' : index === done ? 'in_progress' : 'pending',
    })),
  });

const runTests = call('commands__run_command', { command: 'npm test' });

export default [
  turn(
    say('I will look at the project first, then reproduce the failure before I change anything.'),
    plan(0),
    call('files__tree', { path: '.' }),
    call('files__read_file', { path: 'README.md' }),
  ),
  turn(
    say('A small library with its tests. Now the code, and what the tests expect of it.'),
    call('files__read_file', { path: 'src/split.js' }),
    call('files__read_file', { path: 'test/split.test.js' }),
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
        edits: [
          {
            old_text: 'sort((a, b) => a.remainder < b.remainder)',
            new_text: 'sort((a, b) => b.remainder - a.remainder)',
          },
        ],
      }),
    ),
  ),
  turn(plan(3), runTests),
  after('fail 0', turn(plan(4))),
  turn(
    say(
      'The test suite passes. `splitBill` sorted remainders with a comparator that returned a boolean, which never put ' +
        'anything in front of anything; it now returns the difference of the remainders. `sort` is stable, so on a tie ' +
        'the one who comes first still gets the cent, as the README says.',
    ),
  ),
];
