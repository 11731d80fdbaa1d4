import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Planning, startPlanning } from '../testing/epics.js';

let at: Planning;

beforeEach(async () => {
  at = await startPlanning();
});

afterEach(() => at.gitlab.close());

test.each([
  ['', 'No query string was present'],
  ['{ currentUser { ', 'Syntax Error: Expected Name, found <EOF>.'],
  ['{ currentUser { nick } }', "Field 'nick' doesn't exist on type 'CurrentUser'"],
  ['{ namespace(path: "acme") { id } }', "Field 'namespace' doesn't accept argument 'path'"],
  ['{ workItem { id } }', "Field 'workItem' is missing required arguments: id"],
])('%j', async (query, message) => {
  const { status, errors, data } = await at.ask(query);
  expect([status, data]).toEqual([200, undefined]);
  expect(errors?.map((error) => error.message)).toContain(message);
});

test('an id of another kind', async () => {
  const { errors } = await at.ask('query ($id: WorkItemID!) { workItem(id: $id) { id } }', {
    id: 'gid://gitlab/Epic/1',
  });
  expect(errors).toMatchObject([
    {
      message: 'Variable $id was provided invalid value',
      extensions: { problems: [{ explanation: '"gid://gitlab/Epic/1" does not represent an instance of WorkItem' }] },
    },
  ]);
});

test('a token that is not good', async () => {
  const { world } = at.gitlab;
  const weak = world.addToken({ user: at.ada, scopes: ['read_user'] }).value;
  for (const token of ['glpat-none', weak, world.addToken({ revoked: true }).value]) {
    expect(await at.ask('{ currentUser { id } }', {}, token)).toEqual({
      status: 401,
      errors: [{ message: 'Invalid token' }],
    });
  }
});
