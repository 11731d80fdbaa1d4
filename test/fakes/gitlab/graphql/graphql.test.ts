// Epics as work items, in the words of GitLab's GraphQL reference.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startWorkplace, type Workplace } from '../testing/workplace.js';
import { access, type Epic, type Group } from '../world/types.js';

let at: Workplace;
let group: Group;
let epic: Epic;

beforeEach(async () => {
  at = await startWorkplace();
  const { world } = at.gitlab;
  group = world.group('acme') as Group;
  world.addMember(group, at.ada, access.maintainer);
  epic = world.addEpic({ group, author: at.ada, title: 'Payments', description: 'By card', labels: ['plan'] });
});

afterEach(() => at.gitlab.close());

interface Result {
  data?: Record<string, unknown> | null;
  errors?: { message: string; path?: string[]; extensions?: Record<string, unknown> }[];
}

async function ask(query: string, variables: object = {}, token?: string): Promise<Result & { status: number }> {
  const { gitlab, ada } = at;
  const response = await fetch(`${gitlab.url}/api/graphql`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token ?? gitlab.world.addToken({ user: ada }).value}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, ...((await response.json()) as Result) };
}

/** One field of the answer, of which the test knows the type. */
const part = <T>({ data }: Result, name: string): T => data?.[name] as T;

const tokenOf = (level: typeof access.guest | typeof access.reporter): string => {
  const { world } = at.gitlab;
  const user = world.addUser();
  world.addMember(group, user, level);
  return world.addToken({ user }).value;
};

const gidOf = ({ workItemId }: Epic): string => `gid://gitlab/WorkItem/${workItemId}`;

const EPIC_TYPE = 'query { namespace(fullPath: "acme") { workItemTypes(name: EPIC) { nodes { id name } } } }';

interface Page {
  count: number;
  nodes: { title: string }[];
  pageInfo: { hasNextPage: boolean; endCursor: string };
}

interface Types {
  workItemTypes: { nodes: { id: string; name: string }[] };
}

async function epicType(): Promise<string> {
  const { workItemTypes } = part<Types>(await ask(EPIC_TYPE), 'namespace');
  expect(workItemTypes.nodes).toMatchObject([{ name: 'Epic' }]);
  return workItemTypes.nodes[0]?.id ?? '';
}

describe('reading', () => {
  test('one epic with its widgets', async () => {
    const { world } = at.gitlab;
    const parent = world.addEpic({ group, title: 'Shop' });
    epic.parent = parent;
    Object.assign(epic, { startDate: '2026-01-01', startDateIsFixed: true, assignees: [at.ada] });
    world.addIssue({ project: at.project, title: 'Take cards', epic, state: 'closed' });
    world.addNote(epic, { body: 'changed the title', system: true });
    world.addNote(epic, { body: 'Soon?' });
    const { data, errors } = await ask(`
      query DetailedEpicWorkItem {
        namespace(fullPath: "acme") {
          workItem(iid: "1") {
            id
            iid
            title
            state
            confidential
            author { id username }
            reference(full: true)
            workItemType { name }
            createdAt
            widgets {
              __typename
              type
              ... on WorkItemWidgetDescription { description }
              ... on WorkItemWidgetColor { color textColor }
              ... on WorkItemWidgetLabels { labels { nodes { id title } } }
              ... on WorkItemWidgetAssignees { assignees { nodes { username } } }
              ... on WorkItemWidgetStartAndDueDate { startDate dueDate isFixed }
              ... on WorkItemWidgetHierarchy {
                parent { iid title }
                hasChildren
                children { nodes { title state workItemType { name } } }
                rolledUpCountsByType { workItemType { name } countsByState { all closed opened } }
              }
              ... on WorkItemWidgetNotes {
                discussions(filter: ONLY_COMMENTS) { nodes { id notes { edges { node { body system } } } } }
              }
            }
          }
        }
      }`);
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      namespace: {
        workItem: {
          id: gidOf(epic),
          iid: '1',
          state: 'OPEN',
          author: { id: `gid://gitlab/User/${at.ada.id}` },
          reference: 'acme&1',
          workItemType: { name: 'Epic' },
          createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
          widgets: expect.arrayContaining([
            { __typename: 'WorkItemWidgetDescription', type: 'DESCRIPTION', description: 'By card' },
            { __typename: 'WorkItemWidgetColor', type: 'COLOR', color: '#1068bf', textColor: '#FFFFFF' },
            {
              __typename: 'WorkItemWidgetLabels',
              type: 'LABELS',
              labels: { nodes: [{ id: `gid://gitlab/GroupLabel/${epic.labels[0]?.id}`, title: 'plan' }] },
            },
            { __typename: 'WorkItemWidgetAssignees', type: 'ASSIGNEES', assignees: { nodes: [{ username: 'ada' }] } },
            {
              __typename: 'WorkItemWidgetStartAndDueDate',
              type: 'START_AND_DUE_DATE',
              startDate: '2026-01-01',
              dueDate: null,
              isFixed: true,
            },
            {
              __typename: 'WorkItemWidgetHierarchy',
              type: 'HIERARCHY',
              parent: { iid: '2', title: 'Shop' },
              hasChildren: true,
              children: { nodes: [{ title: 'Take cards', state: 'CLOSED', workItemType: { name: 'Issue' } }] },
              rolledUpCountsByType: [
                { workItemType: { name: 'Issue' }, countsByState: { all: 1, closed: 1, opened: 0 } },
              ],
            },
            {
              __typename: 'WorkItemWidgetNotes',
              type: 'NOTES',
              discussions: {
                nodes: [
                  {
                    id: expect.stringMatching(/^gid:\/\/gitlab\/IndividualNoteDiscussion\/[0-9a-f]{40}$/),
                    notes: { edges: [{ node: { body: 'Soon?', system: false } }] },
                  },
                ],
              },
            },
          ]),
        },
      },
    });
  });

  test('lists with filters, page by page', async () => {
    const { world } = at.gitlab;
    const below = world.addGroup({ path: 'acme/web' });
    for (const title of ['Accounts', 'Basket']) world.addEpic({ group, title, labels: ['plan'] });
    world.addEpic({ group: below, title: 'Pages', state: 'closed' });
    world.addIssue({ project: at.project, title: 'Accounts are lost' });
    const list = async (args: string) => {
      const query = `{ group(fullPath: "acme") { workItems(${args}) { count nodes { title } pageInfo { hasNextPage endCursor } } } }`;
      const { workItems } = part<{ workItems: Page }>(await ask(query), 'group');
      return { ...workItems, titles: workItems.nodes.map(({ title }) => title) };
    };
    const first = await list('types: [EPIC], sort: TITLE_ASC, first: 2');
    expect(first).toMatchObject({ count: 3, titles: ['Accounts', 'Basket'], pageInfo: { hasNextPage: true } });
    const rest = await list(`types: [EPIC], sort: TITLE_ASC, first: 2, after: "${first.pageInfo.endCursor}"`);
    expect(rest).toMatchObject({ titles: ['Payments'], pageInfo: { hasNextPage: false } });
    expect((await list('includeDescendants: true, sort: CREATED_ASC')).count).toBe(5);
    expect((await list('includeDescendants: true, state: closed')).titles).toEqual(['Pages']);
    expect((await list('includeDescendants: true, search: "account", sort: TITLE_ASC')).titles).toEqual([
      'Accounts',
      'Accounts are lost',
    ]);
    expect((await list('labelName: ["plan"], authorUsername: "ada", iids: ["1"]')).titles).toEqual(['Payments']);
  });

  test('an item by its id, labels by title, and who asks', async () => {
    const { data } = await ask(
      `query Several($id: WorkItemID!) {
        workItem(id: $id) { title widgets(onlyTypes: [HIERARCHY]) { type } }
        group(fullPath: "acme") { labels(title: "plan") { nodes { id title color } } }
        currentUser { username }
        metadata { version enterprise }
      }`,
      { id: gidOf(epic) },
    );
    expect(data).toEqual({
      workItem: { title: 'Payments', widgets: [{ type: 'HIERARCHY' }] },
      group: {
        labels: { nodes: [{ id: `gid://gitlab/GroupLabel/${epic.labels[0]?.id}`, title: 'plan', color: '#6699cc' }] },
      },
      currentUser: { username: 'ada' },
      metadata: { version: '19.5.0', enterprise: true },
    });
  });

  test('what one may not see is null', async () => {
    epic.confidential = true;
    const query = '{ namespace(fullPath: "acme") { workItem(iid: "1") { title } } }';
    expect((await ask(query, {}, tokenOf(access.guest))).data).toEqual({ namespace: { workItem: null } });
    const stranger = at.gitlab.world.addToken({ user: at.gitlab.world.addUser() }).value;
    expect((await ask(query, {}, stranger)).data).toEqual({ namespace: null });
  });
});

describe('writing', () => {
  const CREATE = `mutation ($input: WorkItemCreateInput!) {
    workItemCreate(input: $input) { errors clientMutationId workItem { id iid title confidential description } }
  }`;
  const UPDATE = `mutation ($input: WorkItemUpdateInput!) {
    workItemUpdate(input: $input) { errors workItem { title state confidential } }
  }`;

  test('creates an epic', async () => {
    const workItemTypeId = await epicType();
    const { data } = await ask(CREATE, {
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
    const query = '{ namespace(fullPath: "acme/shop") { workItemTypes(name: ISSUE) { nodes { id } } } }';
    const { workItemTypes } = part<Types>(await ask(query), 'namespace');
    const input = {
      namespacePath: 'acme/shop',
      workItemTypeId: workItemTypes.nodes[0]?.id,
      title: 'It rounds down',
      weightWidget: { weight: 3 },
    };
    expect((await ask(CREATE, { input })).data).toMatchObject({
      workItemCreate: { errors: [], workItem: { iid: '1' } },
    });
    expect(at.gitlab.world.issues).toMatchObject([{ title: 'It rounds down', weight: 3, author: at.ada }]);
  });

  test('updates and closes one', async () => {
    const { world } = at.gitlab;
    const label = world.addLabel(group, 'q1');
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
    expect((await ask(UPDATE, { input })).data).toEqual({
      workItemUpdate: { errors: [], workItem: { title: 'Paying', state: 'CLOSED', confidential: true } },
    });
    expect(epic).toMatchObject({ labels: [label], startDate: '2026-02-01', description: '', assignees: [at.ada] });
    await ask(UPDATE, { input: { id: gidOf(epic), stateEvent: 'REOPEN' } });
    expect(epic.state).toBe('opened');
  });

  test('moves epics and issues in the hierarchy', async () => {
    const { world } = at.gitlab;
    const child = world.addEpic({ group });
    const issue = world.addIssue({ project: at.project });
    const childrenIds = [gidOf(child), `gid://gitlab/WorkItem/${issue.id}`];
    await ask(UPDATE, { input: { id: gidOf(epic), hierarchyWidget: { childrenIds } } });
    expect([child.parent, issue.epic]).toEqual([epic, epic]);
    const circle = await ask(UPDATE, { input: { id: gidOf(epic), hierarchyWidget: { parentId: gidOf(child) } } });
    expect(circle.data).toMatchObject({
      workItemUpdate: { errors: [expect.stringContaining('below it')], workItem: null },
    });
    await ask(UPDATE, { input: { id: gidOf(child), hierarchyWidget: { parentId: null } } });
    expect(child.parent).toBeUndefined();
  });

  test('validation is in the payload', async () => {
    const input = { namespacePath: 'acme', workItemTypeId: await epicType(), title: ' ' };
    expect((await ask(CREATE, { input })).data).toEqual({
      workItemCreate: { errors: ["Title can't be blank"], clientMutationId: null, workItem: null },
    });
    const long = { id: gidOf(epic), title: 'x'.repeat(256) };
    expect((await ask(UPDATE, { input: long })).data).toEqual({
      workItemUpdate: { errors: ['Title is too long (maximum is 255 characters)'], workItem: null },
    });
    const { world } = at.gitlab;
    expect([world.epics.length, epic.title]).toEqual([1, 'Payments']);
  });

  test('comments, replies and corrections', async () => {
    const NOTE = `mutation ($input: CreateNoteInput!) {
      createNote(input: $input) { errors note { id body internal url author { username } discussion { id } } }
    }`;
    const first = await ask(NOTE, { input: { noteableId: gidOf(epic), body: 'Soon?', internal: true } });
    const { note } = part<{ note: { id: string; discussion: { id: string } } }>(first, 'createNote');
    expect(note).toMatchObject({ body: 'Soon?', internal: true, url: expect.stringContaining('/epics/1#note_') });
    const reply = { noteableId: gidOf(epic), body: 'Next week', discussionId: note.discussion.id };
    expect((await ask(NOTE, { input: reply })).data).toMatchObject({
      createNote: { errors: [], note: { discussion: { id: note.discussion.id.replace('IndividualNote', '') } } },
    });
    const EDIT = 'mutation ($input: UpdateNoteInput!) { updateNote(input: $input) { errors note { body } } }';
    expect((await ask(EDIT, { input: { id: note.id, body: 'When?' } })).data).toEqual({
      updateNote: { errors: [], note: { body: 'When?' } },
    });
    expect((await ask(NOTE, { input: { noteableId: gidOf(epic), body: ' ' } })).data).toEqual({
      createNote: { errors: ["Note can't be blank"], note: null },
    });
  });

  test('commands in a comment are carried out', async () => {
    const NOTE = `mutation ($input: CreateNoteInput!) {
      createNote(input: $input) { errors note { body } quickActionsStatus { commandsOnly messages } }
    }`;
    const input = { noteableId: gidOf(epic), body: '/close' };
    expect((await ask(NOTE, { input })).data).toEqual({
      createNote: {
        errors: [],
        note: null,
        quickActionsStatus: { commandsOnly: true, messages: ['Closed this epic.'] },
      },
    });
    expect(epic.state).toBe('closed');
  });

  test('creates a label', async () => {
    const CREATE_LABEL =
      'mutation ($input: LabelCreateInput!) { labelCreate(input: $input) { errors label { id title color } } }';
    const input = { groupPath: 'acme', title: 'q2', color: '#00ff00' };
    expect((await ask(CREATE_LABEL, { input })).data).toMatchObject({
      labelCreate: { errors: [], label: { title: 'q2', color: '#00ff00' } },
    });
    expect((await ask(CREATE_LABEL, { input })).data).toEqual({
      labelCreate: { errors: ['Title has already been taken'], label: null },
    });
  });

  test('a token that may only read, and a user who may not change', async () => {
    const input = { id: gidOf(epic), title: 'Mine' };
    const reading = at.gitlab.world.addToken({ user: at.ada, scopes: ['read_api'] }).value;
    for (const token of [reading, tokenOf(access.guest)]) {
      expect(await ask(UPDATE, { input }, token)).toMatchObject({
        status: 200,
        data: { workItemUpdate: null },
        errors: [
          { message: expect.stringContaining("does not exist or you don't have permission"), path: ['workItemUpdate'] },
        ],
      });
    }
    const agent = at.gitlab.world.addToken({ user: at.ada, scopes: ['ai_workflows'] }).value;
    expect((await ask(UPDATE, { input }, agent)).data).toMatchObject({ workItemUpdate: { errors: [] } });
  });
});

describe('errors', () => {
  test.each([
    ['', 'No query string was present'],
    ['{ currentUser { ', 'Syntax Error: Expected Name, found <EOF>.'],
    ['{ currentUser { nick } }', "Field 'nick' doesn't exist on type 'CurrentUser'"],
    ['{ namespace(path: "acme") { id } }', "Field 'namespace' doesn't accept argument 'path'"],
    ['{ workItem { id } }', "Field 'workItem' is missing required arguments: id"],
  ])('%j', async (query, message) => {
    const { status, errors, data } = await ask(query);
    expect([status, data]).toEqual([200, undefined]);
    expect(errors?.map((error) => error.message)).toContain(message);
  });

  test('an id of another kind', async () => {
    const { errors } = await ask('query ($id: WorkItemID!) { workItem(id: $id) { id } }', {
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
      expect(await ask('{ currentUser { id } }', {}, token)).toEqual({
        status: 401,
        errors: [{ message: 'Invalid token' }],
      });
    }
  });
});
