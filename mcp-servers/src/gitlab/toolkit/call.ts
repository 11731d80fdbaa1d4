// What a GitLab tool may do in one call: requests to the endpoints it declared, to places that the boundary admits.
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import * as z from 'zod';
import { type ToolContext, ToolError } from '../../kit/index.js';
import { checkAnswer, parseAnswer } from '../client/answer.js';
import type { Caller } from '../client/caller.js';
import type { GitLabClient } from '../client/client.js';
import type { Endpoint, ParamName, Params, Place, Query } from '../client/endpoint.js';
import { graphqlAnswer, graphqlError } from './graphql.js';
import { cursorQuery, type Page, type Paging, pageOf } from './paging.js';
import { Places } from './places.js';

type Options<E extends Endpoint> = ([ParamName<E>] extends [never] ? { params?: never } : { params: Params<E> }) & {
  query?: Query;
};
type WithBody<E extends Endpoint> = Options<E> & { body?: object };

/** The same without what ties it to an endpoint. */
interface AnyOptions {
  params?: Record<string, Place | string | number> | undefined;
  query?: Query;
  body?: object;
}

/** Of one call. 5,000 comments, which is all that GitLab takes on one thing, are 50 pages. */
const mostRequests = 100;

export interface Operation {
  query: string;
  variables: object;
  place: Place;
  object?: string;
}

export class Call<E extends Endpoint = Endpoint> extends Places {
  /** Tells a client that asked for it how far the call is. */
  readonly progress: (message: string) => void;
  readonly #endpoints: readonly Endpoint[];
  #requests = 0;

  constructor(
    client: GitLabClient,
    endpoints: readonly Endpoint[],
    caller: Caller,
    { signal, progress }: Pick<ToolContext, 'signal' | 'progress'>,
  ) {
    super(client, caller, signal);
    this.#endpoints = endpoints;
    this.progress = progress;
  }

  /** One object. Throws GitLabError; `unexpected` where the answer is not what `schema` says. */
  get<G extends E & `GET ${string}`, T>(endpoint: G, options: Options<G>, schema: z.ZodType<T>): Promise<T> {
    return this.#json(endpoint, options, schema);
  }

  /** One page of a list. Throws ToolError `bad-cursor` too. */
  async list<G extends E & `GET ${string}`, T>(
    endpoint: G,
    { cursor, limit, keyset, ...options }: Options<G> & Paging,
    schema: z.ZodType<T>,
  ): Promise<Page<T>> {
    const paging = cursorQuery({ cursor, limit, ...(keyset && { keyset }) });
    const { text, headers } = await this.#send(endpoint, { ...options, query: { ...options.query, ...paging } });
    return pageOf(parseAnswer(endpoint, text, z.array(schema)), headers, limit);
  }

  /** Creates something or sets it off. */
  post<G extends E & `POST ${string}`, T>(endpoint: G, options: WithBody<G>, schema: z.ZodType<T>): Promise<T> {
    return this.#json(endpoint, { body: {}, ...options }, schema);
  }

  /** Changes something. */
  put<G extends E & `PUT ${string}`, T>(endpoint: G, options: WithBody<G>, schema: z.ZodType<T>): Promise<T> {
    return this.#json(endpoint, { body: {}, ...options }, schema);
  }

  /** A body that is not JSON, with its headers. */
  text<G extends E>(endpoint: G, options: Options<G>): Promise<{ text: string; headers: IncomingHttpHeaders }> {
    return this.#send(endpoint, options);
  }

  /** A body too large to hold: `use` reads as much of it as it wants. `file`: it is one of users, of any type. */
  stream<G extends E & `GET ${string}`, T>(
    endpoint: G,
    options: Options<G> & { file?: boolean },
    use: (body: Readable, headers: IncomingHttpHeaders) => Promise<T>,
  ): Promise<T> {
    this.#begin(endpoint);
    return this.client.stream(endpoint, { ...this.#whole(options), file: options.file }, use);
  }

  /**
   * A GraphQL operation of our own making about something in `place`: `object`, for the audit log, as `epics/5`. Throws
   * what GraphQL reports with a 200.
   */
  async graphql<T>(operation: Operation, schema: z.ZodType<T>): Promise<T> {
    const endpoint = 'POST /graphql';
    this.#begin(endpoint);
    const { query, variables, place, object } = operation;
    const request = { place, object, body: { query, variables }, caller: this.caller, signal: this.signal };
    const { text } = await this.client.request(endpoint, request);
    const { data, errors } = parseAnswer(endpoint, text, graphqlAnswer);
    if (errors?.length) throw graphqlError(errors.map(({ message }) => message));
    return checkAnswer(endpoint, data, schema);
  }

  async #json<T>(endpoint: Endpoint, options: AnyOptions, schema: z.ZodType<T>): Promise<T> {
    return parseAnswer(endpoint, (await this.#send(endpoint, options)).text, schema);
  }

  #send(endpoint: Endpoint, options: AnyOptions) {
    this.#begin(endpoint);
    return this.client.request(endpoint, this.#whole(options));
  }

  #whole({ params, query, body }: AnyOptions) {
    const { caller, signal } = this;
    return { ...(params && { params }), ...(query && { query }), ...(body && { body }), caller, signal };
  }

  /**
   * A tool that calls what it did not declare is a defect, and is stopped like an attack. So is one that does not come to
   * an end, because pages lead in a circle.
   */
  #begin(endpoint: Endpoint): void {
    if (!this.#endpoints.includes(endpoint))
      throw new TypeError(`${endpoint} is not among the endpoints this tool declares.`);
    this.#requests += 1;
    if (this.#requests <= mostRequests) return;
    throw new ToolError(
      'too-much',
      `The call was ended after ${mostRequests} requests: there is more than it can look through, or GitLab's pages do not end.`,
      'Ask for less: narrower filters, one object or file at a time.',
    );
  }
}
