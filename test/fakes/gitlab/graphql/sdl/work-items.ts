// Work items, their widgets, and their notes.
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
  fullName: String!
  fullPath: ID!
  name: String!
  path: String!
  description: String
  visibility: String
  workItem(iid: String!): WorkItem
  workItems(${WORK_ITEM_FILTERS}): WorkItemConnection
  workItemTypes(name: IssueType, onlyAvailable: Boolean = false, ${PAGE}): WorkItemTypeConnection
`;

const LABELS = `
  label(title: String!): Label
  labels(
    includeAncestorGroups: Boolean = false
    includeDescendantGroups: Boolean = false
    onlyGroupLabels: Boolean = false
    searchIn: [LabelSearchFieldType!] = [TITLE, DESCRIPTION]
    searchTerm: String
    title: String
    ${PAGE}
  ): LabelConnection
`;

const NOTES = `(filter: NotesFilterType = ALL_NOTES, ${PAGE})`;

export const workItems = `
  type Namespace {
    id: ID!
    webUrl: String
    ${PLACE}
  }

  type Group {
    id: ID!
    webUrl: String!
    ${PLACE}
    ${LABELS}
  }

  type Project {
    id: ID!
    webUrl: String
    archived: Boolean
    namespace: Namespace
    group: Group
    fullPath: ID!
    name: String!
    path: String!
    description: String
    visibility: String
    workItems(${WORK_ITEM_FILTERS}): WorkItemConnection
    workItemTypes(name: IssueType, onlyAvailable: Boolean = false, ${PAGE}): WorkItemTypeConnection
    label(title: String!): Label
    labels(
      includeAncestorGroups: Boolean = false
      searchIn: [LabelSearchFieldType!] = [TITLE, DESCRIPTION]
      searchTerm: String
      title: String
      ${PAGE}
    ): LabelConnection
  }

  enum IssuableState { opened closed locked all }
  enum IssuableSearchableField { TITLE DESCRIPTION }
  enum IssueType { EPIC INCIDENT ISSUE KEY_RESULT OBJECTIVE REQUIREMENT TASK TEST_CASE TICKET }
  enum WorkItemState { OPEN CLOSED }
  enum WorkItemStateEvent { CLOSE REOPEN }
  enum NotesFilterType { ALL_NOTES ONLY_COMMENTS ONLY_ACTIVITY }
  enum HealthStatus { onTrack needsAttention atRisk }

  enum WorkItemSort {
    CREATED_ASC CREATED_DESC UPDATED_ASC UPDATED_DESC TITLE_ASC TITLE_DESC START_DATE_ASC START_DATE_DESC
    DUE_DATE_ASC DUE_DATE_DESC CLOSED_AT_ASC CLOSED_AT_DESC
  }

  enum WorkItemWidgetType {
    ASSIGNEES AWARD_EMOJI COLOR CRM_CONTACTS CURRENT_USER_TODOS CUSTOM_FIELDS DESCRIPTION DESIGNS DEVELOPMENT
    EMAIL_PARTICIPANTS ERROR_TRACKING HEALTH_STATUS HIERARCHY ITERATION LABELS LINKED_ITEMS LINKED_RESOURCES MILESTONE
    NOTES NOTIFICATIONS PARTICIPANTS PROGRESS REQUIREMENT_LEGACY START_AND_DUE_DATE STATUS TEST_REPORTS TIME_TRACKING
    VERIFICATION_STATUS VULNERABILITIES WEIGHT
  }

  type WorkItemType {
    id: WorkItemsTypeID!
    name: String!
    iconName: String
    widgetDefinitions: [WorkItemWidgetDefinition!]
  }

  interface WorkItemWidgetDefinition { type: WorkItemWidgetType! }
  type WorkItemWidgetDefinitionGeneric implements WorkItemWidgetDefinition { type: WorkItemWidgetType! }

  type WorkItemPermissions {
    adminWorkItem: Boolean!
    createNote: Boolean!
    readWorkItem: Boolean!
    setWorkItemMetadata: Boolean!
    updateWorkItem: Boolean!
  }

  type WorkItem {
    archived: Boolean!
    author: UserCore
    closedAt: Time
    confidential: Boolean!
    createdAt: Time!
    description: String
    descriptionHtml: String
    id: WorkItemID!
    iid: String!
    name: String
    namespace: Namespace
    project: Project
    reference(full: Boolean = false): String!
    state: WorkItemState!
    title: String!
    titleHtml: String
    updatedAt: Time!
    userDiscussionsCount: Int!
    userPermissions: WorkItemPermissions!
    webUrl: String
    widgets(exceptTypes: [WorkItemWidgetType!], onlyTypes: [WorkItemWidgetType!]): [WorkItemWidget!]
    workItemType: WorkItemType!
  }

  interface WorkItemWidget { type: WorkItemWidgetType }

  type WorkItemWidgetAssignees implements WorkItemWidget {
    type: WorkItemWidgetType
    assignees(${PAGE}): UserCoreConnection
  }

  type WorkItemWidgetAwardEmoji implements WorkItemWidget {
    type: WorkItemWidgetType
    downvotes: Int!
    upvotes: Int!
  }

  type WorkItemWidgetColor implements WorkItemWidget {
    type: WorkItemWidgetType
    color: String
    textColor: String
  }

  type TaskCompletionStatus {
    completedCount: Int!
    count: Int!
  }

  type WorkItemWidgetDescription implements WorkItemWidget {
    type: WorkItemWidgetType
    description: String
    descriptionHtml: String
    taskCompletionStatus: TaskCompletionStatus!
  }

  type WorkItemWidgetHealthStatus implements WorkItemWidget {
    type: WorkItemWidgetType
    healthStatus: HealthStatus
  }

  type WorkItemStateCountsType {
    all: Int
    closed: Int
    opened: Int
  }

  type WorkItemTypeCountsByState {
    countsByState: WorkItemStateCountsType!
    workItemType: WorkItemType!
  }

  type WorkItemWidgetHierarchy implements WorkItemWidget {
    type: WorkItemWidgetType
    ancestors(${PAGE}): WorkItemConnection
    children(state: IssuableState, ${PAGE}): WorkItemConnection
    hasChildren: Boolean!
    hasParent: Boolean!
    parent: WorkItem
    rolledUpCountsByType: [WorkItemTypeCountsByState!]!
  }

  type WorkItemWidgetLabels implements WorkItemWidget {
    type: WorkItemWidgetType
    labels(${PAGE}): LabelConnection
  }

  type WorkItemWidgetMilestone implements WorkItemWidget {
    type: WorkItemWidgetType
    milestone: Milestone
  }

  type WorkItemWidgetNotes implements WorkItemWidget {
    type: WorkItemWidgetType
    discussionLocked: Boolean
    discussions${NOTES}: DiscussionConnection
    notes${NOTES}: NoteConnection!
  }

  type WorkItemWidgetStartAndDueDate implements WorkItemWidget {
    type: WorkItemWidgetType
    dueDate: Date
    isFixed: Boolean!
    rollUp: Boolean!
    startDate: Date
  }

  enum WorkItemStatusCategoryEnum { CANCELED DONE IN_PROGRESS TO_DO TRIAGE }

  type WorkItemStatus {
    id: GlobalID
    name: String
    iconName: String
    color: String
    position: Int
    category: WorkItemStatusCategoryEnum
  }

  type WorkItemWidgetStatus implements WorkItemWidget {
    type: WorkItemWidgetType
    status: WorkItemStatus
  }

  type WorkItemWidgetTimeTracking implements WorkItemWidget {
    type: WorkItemWidgetType
    timeEstimate: Int
    totalTimeSpent: Int
  }

  type WorkItemWidgetWeight implements WorkItemWidget {
    type: WorkItemWidgetType
    weight: Int
  }

  type Note {
    id: NoteID!
    author: UserCore
    body: String!
    bodyHtml: String
    createdAt: Time!
    discussion: Discussion
    internal: Boolean
    lastEditedAt: Time
    resolvable: Boolean!
    resolved: Boolean!
    resolvedAt: Time
    resolvedBy: UserCore
    system: Boolean!
    updatedAt: Time!
    url: String
  }

  type Discussion {
    id: DiscussionID!
    createdAt: Time!
    notes(${PAGE}): NoteConnection!
    replyId: DiscussionID!
    resolvable: Boolean!
    resolved: Boolean!
    resolvedAt: Time
    resolvedBy: UserCore
  }
`;
