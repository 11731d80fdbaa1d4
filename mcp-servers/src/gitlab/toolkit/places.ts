// What the people's names for things mean to one call: projects, groups and the objects in them, as far as the boundary
// admits them. What it refuses leaves an event, like what is sent.
import { ToolError } from '../../kit/index.js';
import type { ProjectIdentity } from '../client/boundary.js';
import type { Caller } from '../client/caller.js';
import type { GitLabClient } from '../client/client.js';
import type { Place } from '../client/endpoint.js';
import { type Kind, parseReference, type Reference, referenceTo } from '../reference/index.js';

/** An object inside of a project or group: the place it lies in, and its number there. */
export interface Located {
  place: Place;
  iid: number;
}

/** A pipeline, job or the like: its number holds on the whole instance. */
export interface Numbered {
  place: Place;
  id: number;
}

export class Places {
  readonly signal: AbortSignal;
  protected readonly client: GitLabClient;
  protected readonly caller: Caller;

  constructor(client: GitLabClient, caller: Caller, signal: AbortSignal) {
    this.client = client;
    this.caller = caller;
    this.signal = signal;
  }

  /** `https://host[/prefix]`, for links. */
  get instance(): string {
    return this.client.instance;
  }

  /** A fact about the instance that calls share: `ask` is not called again once it was answered. */
  async known(fact: string, ask: () => Promise<boolean>): Promise<boolean> {
    const { facts } = this.client;
    const shared = facts.get(fact);
    // Who asked may have been cancelled: that is no answer for others.
    const told = shared && (await shared.catch(() => undefined));
    if (told !== undefined) return told;
    const asked = ask();
    facts.set(fact, asked);
    try {
      return await asked;
    } catch (error) {
      if (facts.get(fact) === asked) facts.delete(fact);
      throw error;
    }
  }

  /** Whether the policy opens the whole instance. */
  get wide(): boolean {
    return this.client.boundary.wide;
  }

  /** Quick actions that texts may hold. */
  get quickActions(): readonly string[] {
    return this.client.boundary.quickActions;
  }

  /** Groups that the policy names. */
  get groups(): readonly string[] {
    return this.client.boundary.groups;
  }

  /** The pinned project, then those that the policy names. */
  get projects(): readonly string[] {
    return this.client.boundary.projects;
  }

  /** The pinned project, or `wanted`: a path, number or URL. Throws ToolError `outside`, `no-project` or `bad-reference`. */
  project(wanted?: string): Promise<Place> {
    return this.#project(wanted === undefined ? undefined : this.#named('project', wanted).project);
  }

  /** Whether a project by that path is within the boundary, for what GitLab names by itself: nothing is refused. */
  async reaches(path: string): Promise<boolean> {
    try {
      await this.client.boundary.project(path, this.#identify());
      return true;
    } catch (error) {
      if (error instanceof ToolError && refusals.has(error.code)) return false;
      throw error;
    }
  }

  /** The pinned project's group, or `wanted`: a path, number or URL. Throws as `project` does. */
  group(wanted?: string): Promise<Place> {
    return this.#group(wanted === undefined ? undefined : this.#named('group', wanted).group);
  }

  /**
   * What a person pasted, such as `12`, `#12`, `group/project#12` or a URL, as place and number. `project` is what else
   * was said about where it lies. Throws ToolError `bad-reference`, `wrong-kind`, `other-instance` or `outside`.
   */
  async issue(text: string, project?: string): Promise<Located> {
    const reference = this.#named('issue', text);
    return { place: await this.placeOf(reference, project), iid: reference.iid };
  }

  async mergeRequest(text: string, project?: string): Promise<Located> {
    const reference = this.#named('merge_request', text);
    return { place: await this.placeOf(reference, project), iid: reference.iid };
  }

  async epic(text: string, group?: string): Promise<Located> {
    const reference = this.#named('epic', text);
    const place = reference.group === undefined ? this.group(group) : this.#group(reference.group);
    return { place: await place, iid: reference.iid };
  }

  async pipeline(text: string, project?: string): Promise<Numbered> {
    const reference = this.#named('pipeline', text);
    return { place: await this.placeOf(reference, project), id: reference.id };
  }

  async job(text: string, project?: string): Promise<Numbered> {
    const reference = this.#named('job', text);
    return { place: await this.placeOf(reference, project), id: reference.id };
  }

  /** Whatever it is that a person pasted; `expected` is what a bare number means. */
  reference(text: string, expected?: Kind): Reference {
    const { instance, boundary } = this.client;
    return this.#noting(text, () => parseReference(text, { instance, expected, namespace: boundary.namespace }));
  }

  /** The project that a reference names, or the pinned one. */
  placeOf(reference: Reference, project?: string): Promise<Place> {
    const named = 'project' in reference ? reference.project : undefined;
    return named === undefined ? this.project(project) : this.#project(named);
  }

  /**
   * A group with every project in it, for searching and listing: `wanted`, or the one that the policy names, or the pinned
   * project's own. Throws ToolError `outside` unless the policy opens it.
   */
  wholeGroup(wanted?: string): Place {
    const { boundary } = this.client;
    const named = wanted ?? (boundary.groups.length === 1 ? boundary.groups[0] : boundary.namespace);
    if (named === undefined) {
      throw new ToolError('no-group', 'It is not said which group is meant.', 'Name one in `group`.');
    }
    const { group } = this.#named('group', named);
    return this.#noting(`/groups/${group}`, () => boundary.wholeGroup(group));
  }

  /** Throws ToolError `outside` unless the policy opens the whole instance. */
  wholeInstance(what: string): void {
    this.#noting(what, () => this.client.boundary.instance(what));
  }

  /** A project's number and full path. */
  identity(place: Place): Promise<ProjectIdentity> {
    return this.client.boundary.identity(place, this.#identify());
  }

  #named<K extends Kind>(kind: K, text: string): Extract<Reference, { kind: K }> {
    const { instance, boundary } = this.client;
    return this.#noting(text, () => referenceTo(kind, text, { instance, namespace: boundary.namespace }));
  }

  #project(wanted: string | undefined): Promise<Place> {
    const found = this.client.boundary.project(wanted, this.#identify());
    return this.#notingLater(`/projects/${wanted ?? ''}`, found);
  }

  #group(wanted: string | undefined): Promise<Place> {
    const found = this.client.boundary.group(wanted, this.#identify());
    return this.#notingLater(`/groups/${wanted ?? ''}`, found);
  }

  #identify() {
    return this.client.identify(this.caller, this.signal);
  }

  #noting<T>(target: string, action: () => T): T {
    try {
      return action();
    } catch (error) {
      this.#note(target, error);
      throw error;
    }
  }

  async #notingLater<T>(target: string, action: Promise<T>): Promise<T> {
    try {
      return await action;
    } catch (error) {
      this.#note(target, error);
      throw error;
    }
  }

  #note(target: string, error: unknown): void {
    if (!(error instanceof ToolError) || !refusals.has(error.code)) return;
    this.client.refused(this.caller, { target: target.slice(0, 300), reason: error.code });
  }
}

/** Codes of what is refused here, before any request. */
export const refusals: ReadonlySet<string> = new Set(['outside', 'other-instance', 'no-project']);
