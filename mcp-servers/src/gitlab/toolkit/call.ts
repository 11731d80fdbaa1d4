// What a GitLab tool may do in one call: requests to the endpoints it declared, to places that the boundary admits.
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { ToolError } from '../../kit/index.js';
import type { Caller } from '../client/caller.js';
import type { GitLabClient } from '../client/client.js';
import type { Endpoint, ParamName, Params, Place, Query } from '../client/endpoint.js';
import { GitLabError } from '../client/errors.js';
import { type Kind, parseReference, type Reference } from '../reference/index.js';
import { cursorQuery, type Page, type Paging, pageOf } from './paging.js';

type Options<E extends Endpoint> = ([ParamName<E>] extends [never] ? { params?: never } : { params: Params<E> }) & {
  query?: Query;
};

/** An object inside a project or group, as a person names it: the place it lies in, and its number there. */
export interface Located {
  place: Place;
  iid: number;
}

export class Call<E extends Endpoint = Endpoint> {
  readonly signal: AbortSignal;
  readonly progress: (message: string) => void;
  readonly #client: GitLabClient;
  readonly #endpoints: readonly Endpoint[];
  readonly #caller: Caller;

  constructor(
    client: GitLabClient,
    endpoints: readonly Endpoint[],
    caller: Caller,
    context: { signal: AbortSignal; progress(message: string): void },
  ) {
    this.#client = client;
    this.#endpoints = endpoints;
    this.#caller = caller;
    this.signal = context.signal;
    this.progress = context.progress;
  }

  /** `https://host[/prefix]`, for links. */
  get instance(): string {
    return this.#client.instance;
  }

  get wide(): boolean {
    return this.#client.boundary.wide;
  }

  /** Quick actions that texts may hold. */
  get quickActions(): readonly string[] {
    return this.#client.boundary.quickActions;
  }

  /** Groups that the policy names. */
  get groups(): readonly string[] {
    return this.#client.boundary.groups;
  }

  /** The pinned project, then those that the policy names. */
  get projects(): readonly string[] {
    return this.#client.boundary.projects;
  }

  /** One object. Throws GitLabError; `unexpected` where the answer is not what `schema` says. */
  async get<G extends E & `GET ${string}`, T>(endpoint: G, options: Options<G>, schema: z.ZodType<T>): Promise<T> {
    return this.#parsed(endpoint, (await this.#request(endpoint, options)).text, schema);
  }

  /** One page of a list. */
  async list<G extends E & `GET ${string}`, T>(
    endpoint: G,
    { cursor, limit, keyset, ...options }: Options<G> & Paging,
    schema: z.ZodType<T>,
  ): Promise<Page<T>> {
    const paging = cursorQuery({ cursor, limit, ...(keyset && { keyset }) });
    const answer = await this.#request(endpoint, { ...options, query: { ...options.query, ...paging } });
    const items = this.#parsed(endpoint, answer.text, z.array(schema));
    return pageOf(items, answer.headers, limit);
  }

  /** Creates something or sets it off. */
  async post<G extends E & `POST ${string}`, T>(
    endpoint: G,
    options: Options<G> & { body?: object },
    schema: z.ZodType<T>,
  ): Promise<T> {
    return this.#parsed(
      endpoint,
      (await this.#request(endpoint, { ...options, body: options.body ?? {} })).text,
      schema,
    );
  }

  /** Changes something. */
  async put<G extends E & `PUT ${string}`, T>(
    endpoint: G,
    options: Options<G> & { body?: object },
    schema: z.ZodType<T>,
  ): Promise<T> {
    return this.#parsed(
      endpoint,
      (await this.#request(endpoint, { ...options, body: options.body ?? {} })).text,
      schema,
    );
  }

  /** A body that is not JSON, with its headers. */
  async text<G extends E>(endpoint: G, options: Options<G>): Promise<{ text: string; headers: IncomingHttpHeaders }> {
    return this.#request(endpoint, options);
  }

  /** A body too large to hold: `use` reads as much of it as it wants. */
  stream<G extends E & `GET ${string}`, T>(
    endpoint: G,
    options: Options<G>,
    use: (body: Readable, headers: IncomingHttpHeaders) => Promise<T>,
  ): Promise<T> {
    this.#declared(endpoint);
    return this.#client.stream(endpoint, this.#whole(options), use);
  }

  /** A GraphQL operation of our own making about `place`. Errors that GraphQL reports with a 200 are thrown. */
  async graphql<T>(operation: { query: string; variables: object; place: Place }, schema: z.ZodType<T>): Promise<T> {
    const endpoint: Endpoint = 'POST /graphql';
    this.#declared(endpoint);
    const { query, variables, place } = operation;
    const { text } = await this.#client.request(endpoint, {
      place,
      body: { query, variables },
      caller: this.#caller,
      signal: this.signal,
    });
    const { data, errors } = this.#parsed(endpoint, text, graphqlAnswer);
    if (errors?.length) throw graphqlError(errors.map(({ message }) => message));
    return this.#checked(endpoint, data, schema);
  }

  /** The pinned project, or `wanted`: a path, number or URL. Throws ToolError `outside`, after noting it in the audit log. */
  async project(wanted?: string): Promise<Place> {
    if (wanted === undefined) return this.#project(undefined);
    const reference = this.#parse(wanted, 'project');
    return this.#project(projectOf(reference) ?? wanted);
  }

  /** The pinned project's group, or `wanted`: a path, number or URL. */
  async group(wanted?: string): Promise<Place> {
    if (wanted === undefined) return this.#group(undefined);
    const reference = this.#parse(wanted, 'group');
    return this.#group(('group' in reference && reference.group) || wanted);
  }

  /**
   * What a person pasted, such as `12`, `#12`, `group/project#12` or a URL, as place and number. `project` is what else
   * was said about where it lies. Throws ToolError `bad-reference`, `other-instance` or `outside`.
   */
  async issue(text: string, project?: string): Promise<Located> {
    return this.#inProject(text, 'issue', project);
  }

  async mergeRequest(text: string, project?: string): Promise<Located> {
    return this.#inProject(text, 'merge_request', project);
  }

  async epic(text: string, group?: string): Promise<Located> {
    const reference = this.#object(text, 'epic');
    if (reference.kind !== 'epic' && reference.kind !== 'work_item') throw notA('epic', reference);
    const place = reference.group === undefined ? await this.group(group) : await this.#group(reference.group);
    return { place, iid: reference.iid };
  }

  /** Pipelines and jobs have numbers that hold across projects; their URL tells the project too. */
  async pipeline(text: string, project?: string): Promise<{ place: Place; id: number }> {
    return this.#withId(text, 'pipeline', project);
  }

  async job(text: string, project?: string): Promise<{ place: Place; id: number }> {
    return this.#withId(text, 'job', project);
  }

  /** Whatever it is that a person pasted; `expected` is what a bare number means. */
  reference(text: string, expected?: Kind): Reference {
    return this.#parse(text, expected);
  }

  /** The project that a reference names, or the pinned one. */
  placeOf(reference: Reference, project?: string): Promise<Place> {
    const named = projectOf(reference);
    return named === undefined ? this.project(project) : this.#project(named);
  }

  /**
   * A group with every project in it, for searching and listing: `wanted`, or the one that the policy names, or the pinned
   * project's own. Throws ToolError `outside` unless the policy opens it.
   */
  wholeGroup(wanted?: string): Place {
    const { boundary } = this.#client;
    const named = wanted ?? (boundary.groups.length === 1 ? boundary.groups[0] : boundary.namespace);
    if (named === undefined)
      throw new ToolError('no-group', 'It is not said which group is meant.', 'Name one in `group`.');
    const reference = this.#parse(named, 'group');
    const group = ('group' in reference && reference.group) || named;
    return this.#noting(`/groups/${group}`, () => boundary.wholeGroup(group));
  }

  /** Throws ToolError `outside` unless the policy opens the whole instance. */
  wholeInstance(what: string): void {
    this.#noting(what, () => this.#client.boundary.instance(what));
  }

  /** A project's number and full path. */
  identity(place: Place): Promise<{ id: number; path_with_namespace: string }> {
    return this.#client.boundary.identity(place, this.#client.identify(this.#caller, this.signal));
  }

  async #inProject(text: string, kind: 'issue' | 'merge_request', project: string | undefined): Promise<Located> {
    const reference = this.#object(text, kind);
    const fits = reference.kind === kind || (kind === 'issue' && reference.kind === 'work_item');
    if (!fits || !('iid' in reference)) throw notA(kind, reference);
    return { place: await this.placeOf(reference, project), iid: reference.iid };
  }

  async #withId(text: string, kind: 'pipeline' | 'job', project: string | undefined) {
    const reference = this.#parse(text, kind);
    if (reference.kind !== kind) throw notA(kind, reference);
    return { place: await this.placeOf(reference, project), id: reference.id };
  }

  #parse(text: string, expected: Kind | undefined): Reference {
    const { instance, boundary } = this.#client;
    return this.#noting(text, () => parseReference(text, { instance, expected, namespace: boundary.namespace }));
  }

  /** What a comment's address is about, where the object itself is asked for. */
  #object(text: string, expected: Kind): Reference {
    const reference = this.#parse(text, expected);
    return reference.kind === 'note' ? reference.on : reference;
  }

  #project(wanted: string | undefined): Promise<Place> {
    const { boundary } = this.#client;
    return this.#notingLater(
      `/projects/${wanted ?? ''}`,
      boundary.project(wanted, this.#client.identify(this.#caller, this.signal)),
    );
  }

  #group(wanted: string | undefined): Promise<Place> {
    const { boundary } = this.#client;
    return this.#notingLater(
      `/groups/${wanted ?? ''}`,
      boundary.group(wanted, this.#client.identify(this.#caller, this.signal)),
    );
  }

  #request<G extends Endpoint>(
    endpoint: G,
    options: { params?: Record<string, Place | string | number> | undefined; query?: Query; body?: object },
  ) {
    this.#declared(endpoint);
    return this.#client.request(endpoint, this.#whole(options));
  }

  #whole({
    params,
    query,
    body,
  }: {
    params?: Record<string, Place | string | number> | undefined;
    query?: Query;
    body?: object;
  }) {
    return {
      ...(params && { params }),
      ...(query && { query }),
      ...(body && { body }),
      caller: this.#caller,
      signal: this.signal,
    };
  }

  /** A tool that calls what it did not declare is a defect, and is stopped like an attack. */
  #declared(endpoint: Endpoint): void {
    if (!this.#endpoints.includes(endpoint))
      throw new TypeError(`${endpoint} is not among the endpoints this tool declares.`);
  }

  #parsed<T>(endpoint: Endpoint, text: string, schema: z.ZodType<T>): T {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw new GitLabError(
        200,
        'not-gitlab',
        `${endpoint} answered with something that is not JSON.`,
        'Tell the user to check GITLAB_URL and proxies.',
      );
    }
    return this.#checked(endpoint, value, schema);
  }

  #checked<T>(endpoint: Endpoint, value: unknown, schema: z.ZodType<T>): T {
    const found = schema.safeParse(value);
    if (found.success) return found.data;
    throw new ToolError(
      'unexpected',
      `${endpoint} answered in another form than GitLab documents: ${z.prettifyError(found.error).slice(0, 500)}`,
      'Tell the user: this GitLab version may not be supported.',
    );
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

  /** What was refused here leaves an event like what was sent. */
  #note(target: string, error: unknown): void {
    if (!(error instanceof ToolError) || !['outside', 'other-instance', 'no-project'].includes(error.code)) return;
    this.#client.refused(this.#caller, { target: target.slice(0, 300), reason: error.code });
  }
}

const graphqlAnswer = z.object({
  data: z.unknown(),
  errors: z.array(z.looseObject({ message: z.string() })).nullish(),
});

/** GraphQL says with 200 what REST says with a status. */
export function graphqlError(messages: readonly string[]): GitLabError {
  const text = messages.join('; ').slice(0, 500);
  const missing = /not exist|couldn't find|not found|don't have permission/i.test(text);
  return missing
    ? new GitLabError(
        404,
        'not-found',
        `GitLab says: ${text}`,
        'Check the number or name, and whether the token may see it.',
      )
    : new GitLabError(400, 'invalid', `GitLab refused the operation: ${text}`, 'Correct the arguments that it names.');
}

function projectOf(reference: Reference): string | undefined {
  return 'project' in reference ? reference.project : undefined;
}

function notA(kind: string, reference: Reference): ToolError {
  const wanted = kind.replace('_', ' ');
  return new ToolError(
    'bad-reference',
    `That names a ${reference.kind.replace('_', ' ')}, not a ${wanted}.`,
    `Give a ${wanted}, or use the tool for what it names.`,
  );
}
