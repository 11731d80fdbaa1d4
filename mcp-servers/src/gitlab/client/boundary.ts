// Which projects and groups calls may reach. Whatever is not admitted here cannot be put into a request's path.
import { ToolError } from '../../kit/index.js';
import type { GitLabPolicy } from '../policy.js';
import type { Place } from './endpoint.js';

/** What GitLab says about a project. */
export interface ProjectIdentity {
  id: number;
  path_with_namespace: string;
}

export interface BoundaryOptions {
  instance: string;
  /** Path or number of the one project. */
  project?: string | undefined;
  policy: GitLabPolicy;
}

/** Asks GitLab about a project that is admitted. */
export type Identify = (place: Place) => Promise<ProjectIdentity>;

/** Endpoints that belong to no project: about the token, the instance, and its usage data. */
const ownEndpoints =
  /^\/(user|version|metadata|personal_access_tokens\/self|oauth\/token\/info|oauth\/token|job|usage_data\/\w+)$/;

export class Boundary {
  readonly #instance: string;
  readonly #project: string | undefined;
  readonly #policy: GitLabPolicy;
  readonly #admitted = new WeakSet<Place>();
  readonly #identities = new Map<string, ProjectIdentity>();

  constructor({ instance, project, policy }: BoundaryOptions) {
    this.#instance = instance;
    this.#project = project;
    this.#policy = policy;
  }

  /** The group of the pinned project, where its path tells. */
  get namespace(): string | undefined {
    const end = this.#project?.lastIndexOf('/') ?? -1;
    return end > 0 ? this.#project?.slice(0, end) : undefined;
  }

  get wide(): boolean {
    return this.#policy.instance;
  }

  get quickActions(): readonly string[] {
    return this.#policy.quick_actions;
  }

  get groups(): readonly string[] {
    return this.#policy.groups;
  }

  /** Projects that may be reached by name: the pinned one, then those of the policy. */
  get projects(): readonly string[] {
    return [...(this.#project === undefined ? [] : [this.#project]), ...this.#policy.projects];
  }

  /**
   * The project that a call means: the pinned one where `wanted` is absent. Throws ToolError `outside` for one that it
   * may not reach, `no-project` where none is pinned and none was named.
   */
  async project(wanted: string | undefined, identify: Identify): Promise<Place> {
    if (wanted === undefined) return this.#place('project', this.#project ?? this.#missing());
    if (this.#policy.instance || this.#named(wanted)) return this.#place('project', wanted);
    if (this.#project !== undefined && isNumber(wanted) !== isNumber(this.#project)) {
      const { id, path_with_namespace } = await this.identity(this.#place('project', this.#project), identify);
      if (sameName(wanted, String(id)) || sameName(wanted, path_with_namespace))
        return this.#place('project', this.#project);
    }
    throw this.#outside(`the project ${wanted}`, `projects: [${wanted}]`);
  }

  /** The group that a call means: the pinned project's own where `wanted` is absent. Throws as `project` does. */
  async group(wanted: string | undefined, identify: Identify): Promise<Place> {
    if (wanted !== undefined && (this.#policy.instance || this.#inGroups(wanted))) return this.#place('group', wanted);
    if (wanted !== undefined && this.#project === undefined)
      throw this.#outside(`the group ${wanted}`, `groups: [${wanted}]`);
    const project = this.#project ?? this.#missing();
    const path = isNumber(project)
      ? (await this.identity(this.#place('project', project), identify)).path_with_namespace
      : project;
    const own = path.slice(0, path.lastIndexOf('/'));
    if (wanted === undefined || sameName(wanted, own)) return this.#place('group', own);
    throw this.#outside(`the group ${wanted}`, `groups: [${wanted}]`);
  }

  /** A group with every project in it. That a project of it is pinned is not enough: other projects are outside then. */
  wholeGroup(wanted: string): Place {
    if (this.#policy.instance || this.#inGroups(wanted)) return this.#place('group', wanted);
    throw this.#outside(`the whole group ${wanted}`, `groups: [${wanted}]`);
  }

  /** Throws ToolError `outside` unless the policy opens the whole instance. */
  instance(what: string): void {
    if (!this.#policy.instance) throw this.#outside(what, 'instance: true');
  }

  /** The last check before a request: its path begins with an admitted place, or belongs to none. */
  check(template: string, place: Place | undefined): void {
    if (/^\/(projects|groups)\/:id\b/.test(template) || template === '/graphql') {
      const kind = template.startsWith('/projects') ? 'project' : 'group';
      if (place && this.#admitted.has(place) && (place.kind === kind || template === '/graphql')) return;
      throw new TypeError(`${template} was to be called without an admitted ${kind}.`);
    }
    if (!ownEndpoints.test(template)) this.instance(`${template} of the whole instance`);
  }

  async identity(place: Place, identify: Identify): Promise<ProjectIdentity> {
    const known = this.#identities.get(String(place.id));
    if (known) return known;
    const identity = await identify(place);
    this.#identities.set(String(place.id), identity);
    return identity;
  }

  /** The same project by its number: where GitLab or a proxy treats paths and numbers differently, numbers work. */
  async numbered(place: Place, identify: Identify): Promise<Place> {
    if (isNumber(String(place.id))) return place;
    return this.#place('project', (await this.identity(place, identify)).id);
  }

  #place(kind: Place['kind'], id: string | number): Place {
    const place: Place = { kind, id };
    this.#admitted.add(place);
    return place;
  }

  #named(wanted: string): boolean {
    return this.projects.some((name) => sameName(name, wanted)) || this.#belowGroups(wanted);
  }

  #inGroups(wanted: string): boolean {
    return this.#policy.groups.some((group) => sameName(group, wanted)) || this.#belowGroups(wanted);
  }

  /** Only of groups that the policy names by path: what lies below the path 12 is not in the group with that number. */
  #belowGroups(path: string): boolean {
    const groups = this.#policy.groups.filter((group) => !isNumber(group));
    return groups.some((group) => path.toLowerCase().startsWith(`${group.toLowerCase()}/`));
  }

  #missing(): never {
    throw new ToolError(
      'no-project',
      'No GitLab project is set, so there is nothing this call may reach.',
      'Tell the user to set GITLAB_PROJECT to group/project, or to allow more in the policy.',
    );
  }

  #outside(what: string, line: string): ToolError {
    const bound = this.#project === undefined ? 'no project' : `the project ${this.#project}`;
    return new ToolError(
      'outside',
      `This server is bound to ${bound} on ${this.#instance}: ${what} is outside, and nothing was sent.`,
      `Stay inside, or tell the user that the line "${line}" under "gitlab:" in their policy file would allow it.`,
    );
  }
}

const isNumber = (text: string) => /^\d+$/.test(text);

/** GitLab's paths are equal whatever their case. */
const sameName = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
