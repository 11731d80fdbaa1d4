// Changes to an issue or merge request, by GitLab's names for them: what an update asks for and what quick actions amount to.
import { invalid } from '../../http/reply.js';
import { maySee } from '../../world/access.js';
import { lineage } from '../../world/places.js';
import type { Issuable, Issue, Label, MergeRequest, User } from '../../world/types.js';
import type { World } from '../../world/world.js';
import { humanDuration } from './duration.js';
import { longDate, peopleChanged, systemNote } from './system-notes.js';

export interface Changes {
  title?: string;
  description?: string | null;
  state_event?: 'close' | 'reopen';
  assignee_ids?: readonly number[];
  label_ids?: readonly number[];
  add_label_ids?: readonly number[];
  remove_label_ids?: readonly number[];
  /** Null for none. */
  milestone_id?: number | null;
  discussion_locked?: boolean | null;
  /** Seconds. */
  time_estimate?: number;
  spend_time?: { duration: number | 'reset'; summary?: string | undefined; user_id: number; spent_at?: string };
  /** Issues only. */
  confidential?: boolean;
  due_date?: string | null;
  start_date?: string | null;
  weight?: number | null;
  epic_id?: number | null;
  issue_type?: Issue['type'];
  severity?: Issue['severity'];
  /** Merge requests only. */
  target_branch?: string;
  reviewer_ids?: readonly number[];
  squash?: boolean;
  remove_source_branch?: boolean;
  allow_collaboration?: boolean;
}

/**
 * Carries them out as `user` would, with the system notes that GitLab writes then, unless `quiet`. Throws a 400 with what
 * a model's validation says, before anything changed.
 */
export function applyChanges(world: World, one: Issuable, changes: Changes, user: User, { quiet = false } = {}): void {
  validate(one, changes);
  const say = (body: string) => (quiet ? undefined : systemNote(world, one, user, body));
  applyText(one, changes, say);
  applyState(world, one, changes, user);
  applyPeople(world, one, changes, say);
  applyLabels(world, one, changes);
  applyTime(one, changes, say);
  if (one.kind === 'issue') applyToIssue(world, one, changes, say);
  else applyToMergeRequest(world, one, changes, say);
  if (changes.milestone_id !== undefined) {
    one.milestone = world.milestones.find(({ id, owner }) => id === changes.milestone_id && isAbove(owner, one));
  }
  one.updatedAt = world.now();
}

const MAX_TITLE = 255;

/** Throws a 400 for a title or a time that GitLab's models would not take. */
export function validate(
  { timeSpent }: { timeSpent: number },
  { title, weight, time_estimate, spend_time }: Changes,
): void {
  const errors: Record<string, string[]> = {};
  if (title !== undefined && title.trim() === '') errors['title'] = ["can't be blank"];
  if (title !== undefined && [...title].length > MAX_TITLE) {
    errors['title'] = [`is too long (maximum is ${MAX_TITLE} characters)`];
  }
  if (weight !== undefined && weight !== null && weight < 0) errors['weight'] = ['must be greater than or equal to 0'];
  if (time_estimate !== undefined && !(time_estimate >= 0)) {
    errors['time_estimate'] = ['must have a valid format and be greater than or equal to zero.'];
  }
  const spent = spend_time?.duration;
  if (typeof spent === 'number' && -spent > timeSpent) {
    errors['base'] = ['Time to subtract exceeds the total time spent'];
  }
  if (Object.keys(errors).length > 0) throw invalid(errors);
}

type Say = (body: string) => void;

function applyText(one: Issuable, { title, description, discussion_locked }: Changes, say: Say): void {
  if (title !== undefined && title !== one.title) {
    say(`changed title from **${one.title}** to **${title}**`);
    one.title = title;
  }
  if (description !== undefined && description !== one.description) {
    say('changed the description');
    one.description = description;
  }
  if (discussion_locked !== undefined && Boolean(discussion_locked) !== Boolean(one.discussionLocked)) {
    say(`${discussion_locked ? 'locked' : 'unlocked'} the discussion in this ${nounOf(one)}`);
    one.discussionLocked = discussion_locked;
  }
}

/** Closing what is closed, and reopening what is open, changes nothing. */
function applyState(world: World, one: Issuable, { state_event }: Changes, user: User): void {
  if (state_event === 'close' && one.state === 'opened') {
    Object.assign(one, { state: 'closed', closedAt: world.now(), closedBy: user });
  }
  if (state_event === 'reopen' && one.state === 'closed') {
    Object.assign(one, { state: 'opened', closedAt: undefined, closedBy: undefined });
  }
}

/** Users who may not see the project are left out without a word, as GitLab does. */
function people(world: World, one: Issuable, ids: readonly number[]): User[] {
  return world.users.filter((user) => ids.includes(user.id) && maySee(world, user, one.project));
}

function applyPeople(world: World, one: Issuable, { assignee_ids }: Changes, say: Say): void {
  if (!assignee_ids) return;
  const assignees = people(world, one, assignee_ids);
  const sentence = peopleChanged(one.assignees, assignees, { added: 'assigned to', removed: 'unassigned' });
  if (sentence) say(sentence);
  one.assignees = assignees;
}

function applyLabels(world: World, one: Issuable, { label_ids, add_label_ids = [], remove_label_ids = [] }: Changes) {
  const find = (ids: readonly number[]): Label[] => world.labels.filter(({ id }) => ids.includes(id));
  const kept = label_ids ? find(label_ids) : one.labels;
  const removed = find(remove_label_ids);
  one.labels = [...new Set([...kept, ...find(add_label_ids)])].filter((label) => !removed.includes(label));
}

function applyTime(one: Issuable, { time_estimate, spend_time }: Changes, say: Say): void {
  if (time_estimate !== undefined && time_estimate !== one.timeEstimate) {
    say(time_estimate === 0 ? 'removed time estimate' : `changed time estimate to ${humanDuration(time_estimate)}`);
    one.timeEstimate = time_estimate;
  }
  if (!spend_time) return;
  const { duration } = spend_time;
  if (duration === 'reset') {
    say('removed time spent');
    one.timeSpent = 0;
  } else {
    say(`${duration < 0 ? 'subtracted' : 'added'} ${humanDuration(Math.abs(duration))} of time spent`);
    one.timeSpent += duration;
  }
}

function applyToIssue(world: World, issue: Issue, changes: Changes, say: Say): void {
  if (changes.epic_id !== undefined) {
    issue.epic = world.epics.find(({ id, group }) => id === changes.epic_id && isAbove(group, issue));
  }
  const { confidential, due_date, start_date, weight, issue_type, severity } = changes;
  if (confidential !== undefined && confidential !== issue.confidential) {
    say(confidential ? 'made the issue confidential' : 'made the issue visible to everyone');
    issue.confidential = confidential;
  }
  if (due_date !== undefined && due_date !== issue.dueDate) {
    say(due_date ? `changed due date to ${longDate(due_date)}` : `removed due date ${longDate(issue.dueDate ?? '')}`);
    issue.dueDate = due_date;
  }
  if (start_date !== undefined) issue.startDate = start_date;
  if (weight !== undefined) issue.weight = weight;
  if (issue_type) issue.type = issue_type;
  if (severity) issue.severity = severity;
}

function applyToMergeRequest(world: World, one: MergeRequest, changes: Changes, say: Say): void {
  const { target_branch, reviewer_ids, squash, remove_source_branch, allow_collaboration } = changes;
  if (reviewer_ids) {
    const reviewers = people(world, one, reviewer_ids);
    const before = one.reviewers.map(({ user }) => user);
    const verbs = { added: 'requested review from', removed: 'removed review request for' };
    const sentence = peopleChanged(before, reviewers, verbs);
    if (sentence) say(sentence);
    one.reviewers = reviewers.map(
      (user) =>
        one.reviewers.find((reviewer) => reviewer.user === user) ?? {
          user,
          state: 'unreviewed',
          createdAt: world.now(),
        },
    );
  }
  if (target_branch !== undefined && target_branch !== one.targetBranch) {
    say(`changed target branch from \`${one.targetBranch}\` to \`${target_branch}\``);
    one.targetBranch = target_branch;
  }
  if (squash !== undefined) one.squash = squash;
  if (remove_source_branch !== undefined) one.removeSourceBranch = remove_source_branch;
  if (allow_collaboration !== undefined) one.allowCollaboration = allow_collaboration;
}

const nounOf = ({ kind }: Issuable): string => kind.replace('_', ' ');

const isAbove = (owner: Label['owner'], one: Issuable): boolean => lineage(one.project).includes(owner);
