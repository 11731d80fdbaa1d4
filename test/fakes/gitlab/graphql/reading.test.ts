// Reading epics as work items, in the words of GitLab's GraphQL reference.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { gidOf, type Planning, part, startPlanning } from '../testing/epics.js';
import { access, type Epic } from '../world/types.js';

interface Page {
  count: number;
  nodes: { title: string }[];
  pageInfo: { hasNextPage: boolean; endCursor: string };
}

let at: Planning;
let epic: Epic;

beforeEach(async () => {
  at = await startPlanning();
  ({ epic } = at);
});

afterEach(() => at.gitlab.close());

test('one epic with its widgets', async () => {
  const { world } = at.gitlab;
  const parent = world.addEpic({ group: at.group, title: 'Shop' });
  epic.parent = parent;
  Object.assign(epic, { startDate: '2026-01-01', startDateIsFixed: true, assignees: [at.ada] });
  world.addIssue({ project: at.project, title: 'Take cards', epic, state: 'closed' });
  world.addNote(epic, { body: 'changed the title', system: true });
  world.addNote(epic, { body: 'Soon?' });
  const { data, errors } = await at.ask(`
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
  for (const title of ['Accounts', 'Basket']) world.addEpic({ group: at.group, title, labels: ['plan'] });
  world.addEpic({ group: below, title: 'Pages', state: 'closed' });
  world.addIssue({ project: at.project, title: 'Accounts are lost' });
  const list = async (args: string) => {
    const query = `{ group(fullPath: "acme") { workItems(${args}) { count nodes { title } pageInfo { hasNextPage endCursor } } } }`;
    const { workItems } = part<{ workItems: Page }>(await at.ask(query), 'group');
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
  const { data } = await at.ask(
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
  expect((await at.ask(query, {}, at.tokenOf(access.guest))).data).toEqual({ namespace: { workItem: null } });
  const stranger = at.gitlab.world.addToken({ user: at.gitlab.world.addUser() }).value;
  expect((await at.ask(query, {}, stranger)).data).toEqual({ namespace: null });
});
