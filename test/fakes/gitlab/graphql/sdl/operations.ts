// What can be asked and done.

const payload = (name: string, fields: string) => `
  type ${name}Payload {
    clientMutationId: String
    errors: [String!]!
    ${fields}
  }
`;

export const operations = `
  type Query {
    currentUser: CurrentUser
    group(fullPath: ID!): Group
    metadata: Metadata
    namespace(fullPath: ID!): Namespace
    project(fullPath: ID!): Project
    user(id: UserID, username: String): UserCore
    workItem(id: WorkItemID!): WorkItem
  }

  type Mutation {
    createNote(input: CreateNoteInput!): CreateNotePayload
    labelCreate(input: LabelCreateInput!): LabelCreatePayload
    updateNote(input: UpdateNoteInput!): UpdateNotePayload
    workItemCreate(input: WorkItemCreateInput!): WorkItemCreatePayload
    workItemUpdate(input: WorkItemUpdateInput!): WorkItemUpdatePayload
  }

  input WorkItemWidgetAssigneesInput { assigneeIds: [UserID!]! }
  input WorkItemWidgetColorInput { color: Color! }
  input WorkItemWidgetDescriptionInput { description: String! }
  input WorkItemWidgetHealthStatusInput { healthStatus: HealthStatus }
  input WorkItemWidgetHierarchyCreateInput { parentId: WorkItemID }
  input WorkItemWidgetHierarchyUpdateInput { childrenIds: [WorkItemID!], parentId: WorkItemID }
  input WorkItemWidgetLabelsCreateInput { labelIds: [LabelID!]! }
  input WorkItemWidgetLabelsUpdateInput { addLabelIds: [LabelID!], removeLabelIds: [LabelID!] }
  input WorkItemWidgetMilestoneInput { milestoneId: MilestoneID }
  input WorkItemWidgetStartAndDueDateUpdateInput { dueDate: Date, isFixed: Boolean, startDate: Date }
  input WorkItemWidgetWeightInput { weight: Int }

  input WorkItemCreateInput {
    assigneesWidget: WorkItemWidgetAssigneesInput
    clientMutationId: String
    colorWidget: WorkItemWidgetColorInput
    confidential: Boolean
    createdAt: Time
    descriptionWidget: WorkItemWidgetDescriptionInput
    healthStatusWidget: WorkItemWidgetHealthStatusInput
    hierarchyWidget: WorkItemWidgetHierarchyCreateInput
    labelsWidget: WorkItemWidgetLabelsCreateInput
    milestoneWidget: WorkItemWidgetMilestoneInput
    namespacePath: ID
    projectPath: ID
    startAndDueDateWidget: WorkItemWidgetStartAndDueDateUpdateInput
    title: String!
    weightWidget: WorkItemWidgetWeightInput
    workItemTypeId: WorkItemsTypeID!
  }

  input WorkItemUpdateInput {
    assigneesWidget: WorkItemWidgetAssigneesInput
    clientMutationId: String
    colorWidget: WorkItemWidgetColorInput
    confidential: Boolean
    descriptionWidget: WorkItemWidgetDescriptionInput
    healthStatusWidget: WorkItemWidgetHealthStatusInput
    hierarchyWidget: WorkItemWidgetHierarchyUpdateInput
    id: WorkItemID!
    labelsWidget: WorkItemWidgetLabelsUpdateInput
    milestoneWidget: WorkItemWidgetMilestoneInput
    startAndDueDateWidget: WorkItemWidgetStartAndDueDateUpdateInput
    stateEvent: WorkItemStateEvent
    title: String
    weightWidget: WorkItemWidgetWeightInput
  }

  input CreateNoteInput {
    body: String!
    clientMutationId: String
    discussionId: DiscussionID
    internal: Boolean
    noteableId: NoteableID!
  }

  type QuickActionsStatus {
    commandNames: [String!]
    commandsOnly: Boolean
    errorMessages: [String!]
    messages: [String!]
  }

  input UpdateNoteInput {
    body: String
    clientMutationId: String
    id: NoteID!
  }

  input LabelCreateInput {
    clientMutationId: String
    color: String
    description: String
    groupPath: ID
    projectPath: ID
    title: String!
  }

  ${payload('WorkItemCreate', 'workItem: WorkItem')}
  ${payload('WorkItemUpdate', 'workItem: WorkItem')}
  ${payload('CreateNote', 'note: Note quickActionsStatus: QuickActionsStatus')}
  ${payload('UpdateNote', 'note: Note')}
  ${payload('LabelCreate', 'label: Label')}
`;
