// Changing work items.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { gidOf, type Planning, part, startPlanning } from '../testing/epics.js';
import { access, type Epic } from '../world/types.js';

const CREATE = `mutation ($input: WorkItemCreateInput!) {
  workItemCreate(input: $input) { errors clientMutationId workItem { id iid title confidential description } }
}`;
const UPDATE = `mutation ($input: WorkItemUpdateInput!) {
  workItemUpdate(input: $input) { errors workItem { title state confidential } }
}`;

interface Types {
  workItemTypes: { nodes: { id: string }[] };
}

let at: Planning;
let epic: Epic;

beforeEach(async () => {
  at = await startPlanning();
  ({ epic } = at);
});

afterEach(() => at.gitlab.close());

async function typeId(path: string, name: string): Promise<string | undefined> {
  const query = `{ namespace(fullPath: "${path}") { workItemTypes(name: ${name}) { nodes { id } } } }`;
  const { workItemTypes } = part<Types>(await at.ask(query), 'namespace');
  return workItemTypes.nodes[0]?.id;
}

test('creates an epic', async () => {
  const workItemTypeId = await typeId('acme', 'EPIC');
  const { data } = await at.ask(CREATE, {
    input: {
      clientMutationId: 'mine',
      namespacePath: 'acme',
      workItemTypeId,
      title: 'New work item epic',
      confidential: true,
      descriptionWidget: { description: 'For later' },
      hierarchyWidget: { parentId: gidOf(epic) },
      labelsWidget: { labelIds: [`gid://gitlab/GroupLabel/${epic.labels[0]?.id}`] },
      startAndDueDateWidget: { dueDate: '2026-12-31' },
      colorWidget: { color: '#ff0000' },
    },
  });
  expect(data).toMatchObject({
    workItemCreate: {
      errors: [],
      clientMutationId: 'mine',
      workItem: { iid: '2', title: 'New work item epic', confidential: true, description: 'For later' },
    },
  });
  expect(at.gitlab.world.epics.at(-1)).toMatchObject({
    parent: epic,
    author: at.ada,
    dueDate: '2026-12-31',
    dueDateIsFixed: true,
    color: '#ff0000',
    labels: epic.labels,
  });
});

test('creates an issue of a project', async () => {
  const input = {
    namespacePath: 'acme/shop',
    workItemTypeId: await typeId('acme/shop', 'ISSUE'),
    title: 'It rounds down',
    weightWidget: { weight: 3 },
  };
  expect((await at.ask(CREATE, { input })).data).toMatchObject({
    workItemCreate: { errors: [], workItem: { iid: '1' } },
  });
  expect(at.gitlab.world.issues).toMatchObject([{ title: 'It rounds down', weight: 3, author: at.ada }]);
});

test('updates and closes one', async () => {
  const { world } = at.gitlab;
  const label = world.addLabel(at.group, 'q1');
  const input = {
    id: gidOf(epic),
    title: 'Paying',
    confidential: true,
    stateEvent: 'CLOSE',
    descriptionWidget: { description: '' },
    labelsWidget: {
      addLabelIds: [`gid://gitlab/Label/${label.id}`],
      removeLabelIds: [`gid://gitlab/GroupLabel/${epic.labels[0]?.id}`],
    },
    startAndDueDateWidget: { startDate: '2026-02-01', dueDate: null },
    assigneesWidget: { assigneeIds: [`gid://gitlab/User/${at.ada.id}`] },
  };
  expect((await at.ask(UPDATE, { input })).data).toEqual({
    workItemUpdate: { errors: [], workItem: { title: 'Paying', state: 'CLOSED', confidential: true } },
  });
  expect(epic).toMatchObject({ labels: [label], startDate: '2026-02-01', description: '', assignees: [at.ada] });
  await at.ask(UPDATE, { input: { id: gidOf(epic), stateEvent: 'REOPEN' } });
  expect(epic.state).toBe('opened');
});

test('moves epics and issues in the hierarchy', async () => {
  const { world } = at.gitlab;
  const child = world.addEpic({ group: at.group });
  const issue = world.addIssue({ project: at.project });
  const childrenIds = [gidOf(child), `gid://gitlab/WorkItem/${issue.id}`];
  await at.ask(UPDATE, { input: { id: gidOf(epic), hierarchyWidget: { childrenIds } } });
  expect([child.parent, issue.epic]).toEqual([epic, epic]);
  const circle = await at.ask(UPDATE, { input: { id: gidOf(epic), hierarchyWidget: { parentId: gidOf(child) } } });
  expect(circle.data).toMatchObject({
    workItemUpdate: { errors: [expect.stringContaining('below it')], workItem: null },
  });
  await at.ask(UPDATE, { input: { id: gidOf(child), hierarchyWidget: { parentId: null } } });
  expect(child.parent).toBeUndefined();
});

test('validation is in the payload', async () => {
  const input = { namespacePath: 'acme', workItemTypeId: await typeId('acme', 'EPIC'), title: ' ' };
  expect((await at.ask(CREATE, { input })).data).toEqual({
    workItemCreate: { errors: ["Title can't be blank"], clientMutationId: null, workItem: null },
  });
  const long = { id: gidOf(epic), title: 'x'.repeat(256) };
  expect((await at.ask(UPDATE, { input: long })).data).toEqual({
    workItemUpdate: { errors: ['Title is too long (maximum is 255 characters)'], workItem: null },
  });
  const { world } = at.gitlab;
  expect([world.epics.length, epic.title]).toEqual([1, 'Payments']);
});

test('creates a label', async () => {
  const CREATE_LABEL =
    'mutation ($input: LabelCreateInput!) { labelCreate(input: $input) { errors label { id title color } } }';
  const input = { groupPath: 'acme', title: 'q2', color: '#00ff00' };
  expect((await at.ask(CREATE_LABEL, { input })).data).toMatchObject({
    labelCreate: { errors: [], label: { title: 'q2', color: '#00ff00' } },
  });
  expect((await at.ask(CREATE_LABEL, { input })).data).toEqual({
    labelCreate: { errors: ['Title has already been taken'], label: null },
  });
});

test('a token that may only read, and a user who may not change', async () => {
  const input = { id: gidOf(epic), title: 'Mine' };
  const reading = at.gitlab.world.addToken({ user: at.ada, scopes: ['read_api'] }).value;
  for (const token of [reading, at.tokenOf(access.guest)]) {
    expect(await at.ask(UPDATE, { input }, token)).toMatchObject({
      status: 200,
      data: { workItemUpdate: null },
      errors: [
        { message: expect.stringContaining("does not exist or you don't have permission"), path: ['workItemUpdate'] },
      ],
    });
  }
  const agent = at.gitlab.world.addToken({ user: at.ada, scopes: ['ai_workflows'] }).value;
  expect((await at.ask(UPDATE, { input }, agent)).data).toMatchObject({ workItemUpdate: { errors: [] } });
});
