export const workItems = `
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

  enum WorkItemState { OPEN CLOSED }
  enum WorkItemStateEvent { CLOSE REOPEN }
`;
