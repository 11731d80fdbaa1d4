// The one client under all GitLab servers: requests to admitted places, answers as text or as a stream.
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import * as z from 'zod';
import type { AuditLog } from '../../audit/index.js';
import { ToolError } from '../../kit/index.js';
import type { GitLabPolicy } from '../policy.js';
import type { GitLabSettings } from '../settings.js';
import { parseAnswer } from './answer.js';
import { readText } from './body.js';
import { Boundary, type ProjectIdentity } from './boundary.js';
import { auditFields, type Caller } from './caller.js';
import { type Endpoint, fill, type Place, type Query, queryString, split } from './endpoint.js';
import { ETags } from './etags.js';
import { Network } from './network.js';
import type { OAuthTokens } from './oauth-tokens.js';
import { Redactor } from './redact.js';
import { type Prepared, type Read, Sender } from './sender.js';
import type { Wire } from './wire.js';

export interface ClientOptions {
  settings: GitLabSettings;
  policy: GitLabPolicy;
  audit: AuditLog;
}

export interface RequestOptions {
  params?: Record<string, Place | string | number>;
  query?: Query | undefined;
  /** Sent as JSON. */
  body?: unknown;
  /** For `/graphql`: the place that the variables name, and what in it the operation is about, such as `epics/5`. */
  place?: Place;
  object?: string | undefined;
  /** What is asked for is a file of users, which may be HTML; else HTML comes from something between GitLab and us. */
  file?: boolean | undefined;
  caller: Caller;
  signal: AbortSignal;
}

export interface Answer {
  headers: IncomingHttpHeaders;
  text: string;
}

/** Web servers in front of GitLab take no longer ones. */
const longestAddress = 8_000;

const identity = z.object({ id: z.int().positive(), path_with_namespace: z.string() });

/** Bytes of one answer: a page of 100 merge requests with long descriptions stays well below. */
const largest = 32_000_000;

export class GitLabClient {
  readonly boundary: Boundary;
  readonly redactor = new Redactor();
  /** What was found out about the instance. */
  readonly facts = new Map<string, Promise<boolean>>();
  readonly instance: string;
  readonly #wire: Wire;
  readonly #sender: Sender;
  readonly #etags = new ETags();

  /** Throws ToolError `bad-settings` for credentials that cannot be read. */
  constructor({ settings, policy, audit }: ClientOptions) {
    this.instance = settings.instance;
    this.boundary = new Boundary({ instance: settings.instance, project: settings.project, policy });
    this.#wire = { audit, network: new Network(settings), redactor: this.redactor };
    this.#sender = new Sender(settings, this.#wire);
  }

  get tokenKind() {
    return this.#sender.tokenKind;
  }

  /** What the token may do; undefined until GitLab told. */
  get scopes(): readonly string[] | undefined {
    return this.#sender.scopes;
  }

  set scopes(scopes: readonly string[] | undefined) {
    this.#sender.scopes = scopes;
  }

  /** The answer as text; one that GitLab says is unchanged as it was. Throws GitLabError, ToolError or AuditError. */
  async request(endpoint: Endpoint, options: RequestOptions): Promise<Answer> {
    const request = await this.#prepare(endpoint, options);
    const { href } = request.url;
    const stored = request.method === 'GET' ? this.#etags.get(href) : undefined;
    if (stored) request.headers['if-none-match'] = stored.etag;
    return this.#send(request, async ({ status, headers, body, made }) => {
      if (status === 304 && stored) return { headers: { ...stored.headers, ...headers }, text: stored.text };
      const whole = await readText(body, largest);
      // Before anything is cut: half a token is not found. New tokens are for their file alone.
      const text = request.template === '/oauth/token' ? whole : this.redactor.text(whole);
      if (request.method === 'GET') this.#etags.put(href, text, headers);
      if (status === 201) made(`${request.target}/${numberIn(text)}`);
      return { headers, text };
    });
  }

  /** Has `use` read the body as it comes; what it does not read is not fetched. */
  async stream<Result>(
    endpoint: Endpoint,
    options: RequestOptions,
    use: (body: Readable, headers: IncomingHttpHeaders) => Promise<Result>,
  ): Promise<Result> {
    const request = await this.#prepare(endpoint, options);
    return this.#send(request, ({ body, headers }) => use(this.redactor.stream(body), headers));
  }

  /** Asks who a project is. */
  identify =
    (caller: Caller, signal: AbortSignal) =>
    async (place: Place): Promise<ProjectIdentity> => {
      const { text } = await this.request('GET /projects/:id', { params: { id: place }, caller, signal });
      return parseAnswer('GET /projects/:id', text, identity);
    };

  /** An event for what was refused here, before any request. */
  refused(caller: Caller, what: { target: string; reason: string }): void {
    const { host } = new URL(this.instance);
    const { audit } = this.#wire;
    audit.reserve();
    audit.append(
      this.redactor.value({ kind: 'request', ...auditFields(caller), ...what, host, decision: 'refused' } as const),
    );
  }

  async close(): Promise<void> {
    await this.#wire.network.close();
  }

  async #prepare(endpoint: Endpoint, options: RequestOptions): Promise<Prepared> {
    const { method, template } = split(endpoint);
    const { caller, signal, query, file } = options;
    const path = fill(template, await this.#admit(endpoint, options));
    const root = template.startsWith('/oauth/') ? '' : template === '/graphql' ? '/api' : '/api/v4';
    const url = new URL(`${this.instance}${root}${path}${queryString(query)}`);
    if (url.href.length > longestAddress) throw tooLong();
    const target = path + objectOf(options);
    const body = options.body === undefined ? undefined : JSON.stringify(options.body);
    const headers = {
      accept: 'application/json, text/plain;q=0.9, */*;q=0.1',
      'user-agent': 'cofferdam',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    return { method, template, target, url, headers, body, file, caller, signal };
  }

  /** The parameters, once the boundary has let the place among them through. */
  async #admit(endpoint: Endpoint, { params = {}, place, caller, signal }: RequestOptions) {
    const { method, template } = split(endpoint);
    const { id } = params;
    const owner = place ?? (typeof id === 'object' ? id : undefined);
    this.boundary.check(template, owner);
    // A write that is redirected is lost, and older servers admit some tokens by number only.
    if (method === 'GET' || owner?.kind !== 'project' || template === '/graphql') return params;
    return { ...params, id: await this.boundary.numbered(owner, this.identify(caller, signal)) };
  }

  #send<Result>(request: Prepared, read: Read<Result>): Promise<Result> {
    const refresh = async ({ client_id, client_secret, refresh_token, redirect_uri }: OAuthTokens): Promise<string> => {
      const body = { grant_type: 'refresh_token', client_id, client_secret, refresh_token, redirect_uri };
      // Other calls wait for it, and an answer that is lost loses the sign-in: who cancels a call does not cancel it.
      const { signal } = new AbortController();
      return (await this.request('POST /oauth/token', { body, caller: request.caller, signal })).text;
    };
    return this.#sender.send(request, refresh, read);
  }
}

function tooLong(): ToolError {
  return new ToolError(
    'too-long',
    'The arguments are too long for an address. Nothing was sent.',
    'Shorten the names, filters or search words.',
  );
}

/** All of GraphQL is one path: what an operation is about follows it, for the audit log. */
function objectOf({ place, object }: RequestOptions): string {
  if (!place) return '';
  const whole = `#/${place.kind}s/${encodeURIComponent(place.id)}`;
  return object === undefined ? whole : `${whole}/${object}`;
}

/** Of the object in a POST's answer; its number in its project where it has one, as paths do. `?` where it has none. */
function numberIn(json: string): string {
  try {
    const { iid, id, name } = JSON.parse(json) as Record<string, unknown>;
    return encodeURIComponent(String(iid ?? id ?? name ?? '?'));
  } catch {
    return '?';
  }
}
