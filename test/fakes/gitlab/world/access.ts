// Who may see and do what. GitLab answers 404 for what one may not see and 403 for what one may not do.
import { ancestors, lineage } from './places.js';
import { access, type Epic, type Issue, type Place, type Project, type User } from './types.js';
import type { World } from './world.js';

/** The highest level by which a user is a member, directly or through the groups above. */
export function levelOf(world: World, user: User | undefined, source: Place): number {
  if (!user) return access.none;
  if (user.admin) return access.owner;
  if (source.kind === 'project' && source.namespace === user) return access.owner;
  const sources = lineage(source);
  const today = world.now().toISOString().slice(0, 10);
  const levels = world.members
    .filter((one) => one.user === user && sources.includes(one.source))
    .filter((one) => one.expiresAt === null || one.expiresAt > today)
    .map((one) => one.accessLevel);
  return Math.max(access.none, ...levels);
}

export function maySee(world: World, user: User | undefined, source: Place): boolean {
  if (source.visibility === 'public' || (source.visibility === 'internal' && user)) return true;
  if (levelOf(world, user, source) >= access.guest) return true;
  // A member of something inside sees the group around it.
  return (
    source.kind === 'group' &&
    world.projects.some(
      (project) => ancestors(project).includes(source) && levelOf(world, user, project) >= access.guest,
    )
  );
}

/** Code, merge requests and job logs of a private project are not for guests. */
export function mayReadCode(world: World, user: User | undefined, project: Project): boolean {
  return project.visibility === 'private'
    ? levelOf(world, user, project) >= access.reporter
    : maySee(world, user, project);
}

export function maySeeMergeRequests(world: World, user: User | undefined, project: Project): boolean {
  return project.mergeRequestsEnabled && mayReadCode(world, user, project);
}

/** Confidential issues are for members from planner or reporter on, their author and their assignees. */
export function maySeeIssue(world: World, user: User | undefined, issue: Issue): boolean {
  if (!maySee(world, user, issue.project) || !issue.project.issuesEnabled) return false;
  if (!issue.confidential) return true;
  if (!user) return false;
  return (
    levelOf(world, user, issue.project) >= access.planner || issue.author === user || issue.assignees.includes(user)
  );
}

/** Confidential epics are for members from planner on, and their author. */
export function maySeeEpic(world: World, user: User | undefined, epic: Epic): boolean {
  if (!maySee(world, user, epic.group)) return false;
  return !epic.confidential || epic.author === user || levelOf(world, user, epic.group) >= access.planner;
}

/** Developers may push to what is not protected, maintainers to everything. */
export function mayPush(world: World, user: User | undefined, project: Project, branch: string): boolean {
  const needed = project.protectedBranches.includes(branch) ? access.maintainer : access.developer;
  return levelOf(world, user, project) >= needed && !project.archived;
}
