// What work items hang on: users, labels, milestones; scalars and pages.

const connection = (type: string) => `
  type ${type}Connection {
    count: Int!
    edges: [${type}Edge]
    nodes: [${type}]
    pageInfo: PageInfo!
  }

  type ${type}Edge {
    cursor: String!
    node: ${type}
  }
`;

export const PAGE = 'after: String, before: String, first: Int, last: Int';

const USER = `
  id: UserID!
  username: String!
  name: String!
  webUrl: String!
  webPath: String!
  avatarUrl: String
  publicEmail: String
  bot: Boolean!
  state: UserState!
`;

export const core = `
  scalar Date
  scalar Time
  scalar Color
  scalar DiscussionID
  scalar LabelID
  scalar MilestoneID
  scalar NoteID
  scalar NoteableID
  scalar UserID
  scalar WorkItemID
  scalar WorkItemsTypeID
  scalar GlobalID

  type PageInfo {
    endCursor: String
    hasNextPage: Boolean!
    hasPreviousPage: Boolean!
    startCursor: String
  }

  interface User {${USER}}
  type UserCore implements User {${USER}}
  type CurrentUser implements User {${USER}}
  enum UserState { active blocked deactivated banned ldap_blocked blocked_pending_approval }

  type Label {
    id: ID!
    title: String!
    color: String!
    textColor: String!
    description: String
    createdAt: Time!
    updatedAt: Time!
  }

  enum MilestoneStateEnum { active closed }

  type Milestone {
    id: ID!
    iid: ID!
    title: String!
    description: String
    state: MilestoneStateEnum!
    startDate: Time
    dueDate: Time
    expired: Boolean!
    webPath: String!
    createdAt: Time!
    updatedAt: Time!
  }

  enum LabelSearchFieldType { TITLE DESCRIPTION }

  type Metadata {
    enterprise: Boolean!
    revision: String!
    version: String!
  }

  ${connection('UserCore')}
  ${connection('Label')}
  ${connection('WorkItem')}
  ${connection('WorkItemType')}
  ${connection('Note')}
  ${connection('Discussion')}
`;
