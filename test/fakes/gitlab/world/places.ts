// Groups and projects, and where they stand: `acme/platform/tools`.
import type { Repository } from '../git/repository.js';
import { capitalized, type Input } from './input.js';
import type { User } from './people.js';
import type { World } from './world.js';

export type Visibility = 'private' | 'internal' | 'public';

export interface Group {
  readonly kind: 'group';
  id: number;
  name: string;
  path: string;
  parent: Group | undefined;
  description: string;
  visibility: Visibility;
  createdAt: Date;
}

export interface Project {
  readonly kind: 'project';
  id: number;
  name: string;
  path: string;
  namespace: Group | User;
  description: string | null;
  visibility: Visibility;
  defaultBranch: string;
  /** Undefined as long as nothing was pushed. */
  repository: Repository | undefined;
  /** Branches that only maintainers may push to. */
  protectedBranches: string[];
  /** Full paths it had before: requests for them are answered with 301. */
  formerPaths: string[];
  topics: string[];
  archived: boolean;
  issuesEnabled: boolean;
  mergeRequestsEnabled: boolean;
  wikiEnabled: boolean;
  jobsEnabled: boolean;
  snippetsEnabled: boolean;
  approvalsRequired: number;
  mergeMethod: 'merge' | 'rebase_merge' | 'ff';
  /** Merge requests need a pipeline that succeeded, and threads that are resolved. */
  mergeNeedsPipeline: boolean;
  mergeNeedsResolvedThreads: boolean;
  starCount: number;
  forkedFrom: Project | undefined;
  creator: User | undefined;
  createdAt: Date;
  lastActivityAt: Date;
}

/** What has members, labels, milestones and what they are put on. */
export type Place = Group | Project;

export type GroupInput = Input<Group, 'path'>;
export type ProjectInput = Input<Project, 'path'>;

export function newGroup(world: World, { path: fullPath, ...input }: GroupInput): Group {
  const { parent, path } = locate(world, fullPath);
  return {
    kind: 'group',
    id: world.ids.next('group'),
    name: capitalized(path),
    description: '',
    visibility: 'private',
    createdAt: world.now(),
    ...input,
    path,
    parent: parent ?? input.parent,
  };
}

export function newProject(world: World, { path: fullPath, ...input }: ProjectInput): Project {
  const { parent, path, owner } = locate(world, fullPath);
  const now = world.now();
  return {
    kind: 'project',
    id: world.ids.next('project'),
    name: capitalized(path),
    description: null,
    visibility: 'private',
    defaultBranch: 'main',
    repository: undefined,
    protectedBranches: ['main'],
    formerPaths: [],
    topics: [],
    archived: false,
    issuesEnabled: true,
    mergeRequestsEnabled: true,
    wikiEnabled: true,
    jobsEnabled: true,
    snippetsEnabled: true,
    approvalsRequired: 0,
    mergeMethod: 'merge',
    mergeNeedsPipeline: false,
    mergeNeedsResolvedThreads: false,
    starCount: 0,
    forkedFrom: undefined,
    creator: undefined,
    createdAt: now,
    lastActivityAt: now,
    ...input,
    path,
    namespace: input.namespace ?? owner ?? parent ?? world.addGroup({ path: 'acme' }),
  };
}

/** Takes a full path apart. Groups in it that do not exist are made. */
function locate(world: World, fullPath: string): { path: string; parent?: Group; owner?: User } {
  const parts = fullPath.split('/');
  const path = parts.pop() ?? '';
  const above = parts.join('/');
  if (above === '') return { path };
  const owner = world.users.find(({ username }) => username === above);
  return owner ? { path, owner } : { path, parent: world.group(above) ?? world.addGroup({ path: above }) };
}

/** A project or group and the groups above it, nearest first. */
export function lineage(place: Place): Place[] {
  return [place, ...ancestors(place)];
}

/** The groups above a project or group, nearest first. */
export function ancestors(place: Place): Group[] {
  const above = place.kind === 'group' ? place.parent : place.namespace;
  return above?.kind === 'group' ? [above, ...ancestors(above)] : [];
}

/** `acme/platform/tools`, of a user the name. */
export function pathOf(one: Place | User): string {
  if (one.kind === 'user') return one.username;
  const above = one.kind === 'group' ? one.parent : one.namespace;
  return above ? `${pathOf(above)}/${one.path}` : one.path;
}
