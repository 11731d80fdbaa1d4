// The parts of a work item, as its type has them.
import { PAGE } from './core.js';
import { NOTES } from './notes.js';

export const widgets = `
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
    discussions(${NOTES}): DiscussionConnection
    notes(${NOTES}): NoteConnection!
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

  enum HealthStatus { onTrack needsAttention atRisk }

  enum WorkItemWidgetType {
    ASSIGNEES AWARD_EMOJI COLOR CRM_CONTACTS CURRENT_USER_TODOS CUSTOM_FIELDS DESCRIPTION DESIGNS DEVELOPMENT
    EMAIL_PARTICIPANTS ERROR_TRACKING HEALTH_STATUS HIERARCHY ITERATION LABELS LINKED_ITEMS LINKED_RESOURCES MILESTONE
    NOTES NOTIFICATIONS PARTICIPANTS PROGRESS REQUIREMENT_LEGACY START_AND_DUE_DATE STATUS TEST_REPORTS TIME_TRACKING
    VERIFICATION_STATUS VULNERABILITIES WEIGHT
  }
`;
