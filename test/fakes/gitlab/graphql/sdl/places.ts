// Where work items are: namespaces, groups and projects, and how their lists are asked for.
import { PAGE } from './core.js';

const WORK_ITEM_FILTERS = `
  assigneeUsernames: [String!]
  authorUsername: String
  closedAfter: Time
  closedBefore: Time
  confidential: Boolean
  createdAfter: Time
  createdBefore: Time
  dueAfter: Time
  dueBefore: Time
  excludeProjects: Boolean = false
  ids: [WorkItemID!]
  iid: String
  iids: [String!]
  in: [IssuableSearchableField!]
  includeAncestors: Boolean = false
  includeDescendants: Boolean = false
  labelName: [String!]
  milestoneTitle: [String!]
  parentIds: [WorkItemID!]
  search: String
  sort: WorkItemSort = CREATED_DESC
  state: IssuableState
  types: [IssueType!]
  updatedAfter: Time
  updatedBefore: Time
  ${PAGE}
`;

const PLACE = `
  fullPath: ID!
  name: String!
  path: String!
  description: String
  visibility: String
  workItems(${WORK_ITEM_FILTERS}): WorkItemConnection
  workItemTypes(name: IssueType, onlyAvailable: Boolean = false, ${PAGE}): WorkItemTypeConnection
`;

const LABELS = `
  includeAncestorGroups: Boolean = false
  searchIn: [LabelSearchFieldType!] = [TITLE, DESCRIPTION]
  searchTerm: String
  title: String
  ${PAGE}
`;

export const places = `
  type Namespace {
    id: ID!
    webUrl: String
    fullName: String!
    workItem(iid: String!): WorkItem
    ${PLACE}
  }

  type Group {
    id: ID!
    webUrl: String!
    fullName: String!
    workItem(iid: String!): WorkItem
    label(title: String!): Label
    labels(includeDescendantGroups: Boolean = false, onlyGroupLabels: Boolean = false, ${LABELS}): LabelConnection
    ${PLACE}
  }

  type Project {
    id: ID!
    webUrl: String
    archived: Boolean
    namespace: Namespace
    group: Group
    label(title: String!): Label
    labels(${LABELS}): LabelConnection
    ${PLACE}
  }

  enum IssuableState { opened closed locked all }
  enum IssuableSearchableField { TITLE DESCRIPTION }
  enum IssueType { EPIC INCIDENT ISSUE KEY_RESULT OBJECTIVE REQUIREMENT TASK TEST_CASE TICKET }

  enum WorkItemSort {
    CREATED_ASC CREATED_DESC UPDATED_ASC UPDATED_DESC TITLE_ASC TITLE_DESC START_DATE_ASC START_DATE_DESC
    DUE_DATE_ASC DUE_DATE_DESC CLOSED_AT_ASC CLOSED_AT_DESC
  }
`;
