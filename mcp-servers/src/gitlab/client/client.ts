// The one client under all GitLab servers: what a request needs, when it is repeated, and what its answer means.
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditLog } from '../../audit/index.js';
import { ToolError } from '../../kit/index.js';
import type { GitLabPolicy } from '../policy.js';
import type { GitLabSettings } from '../settings.js';
import { readBytes, readText } from './body.js';
import { Boundary, type ProjectIdentity } from './boundary.js';
import { auditFields, type Caller } from './caller.js';
import { type Authorizer, authorizer } from './credentials.js';
import { type Endpoint, fill, type Method, type Place, type Query, queryString, split } from './endpoint.js';
import { failureOf, GitLabError, notJson, redirected } from './errors.js';
import { ETags } from './etags.js';
import { Network } from './network.js';
import type { OAuthTokens } from './oauth.js';
import { pauseBefore, RateLimit, retryAfter } from './rate-limit.js';
import { Redactor } from './redact.js';
import { exchange, type Incoming, type Wire } from './wire.js';

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
  /** For `/graphql`: the place that the variables name. */
  place?: Place;
  caller: Caller;
  signal: AbortSignal;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

const attempts = 3;
const redirects = 3;
/** Bytes of one answer: a page of 100 merge requests with long descriptions stays well below. */
const largest = 32_000_000;
/** Bytes of a failed answer that are looked at for a reason. */
const enoughOfAFailure = 20_000;
const passing = new Set([429, 502, 503, 504]);

export class GitLabClient {
  readonly boundary: Boundary;
  readonly redactor = new Redactor();
  /** What the token may do; undefined until GitLab told. */
  scopes: readonly string[] | undefined;
  readonly #settings: GitLabSettings;
  readonly #wire: Wire;
  readonly #authorizer: Authorizer;
  readonly #limit = new RateLimit();
  readonly #etags = new ETags();

  /** Throws ToolError `bad-settings` for credentials that cannot be read. */
  constructor({ settings, policy, audit }: ClientOptions) {
    this.#settings = settings;
    this.#authorizer = authorizer(settings.credentials, this.redactor);
    this.boundary = new Boundary({ instance: settings.instance, project: settings.project, policy });
    this.#wire = { audit, network: new Network(settings) };
  }

  get instance(): string {
    return this.#settings.instance;
  }

  get tokenKind(): Authorizer['kind'] {
    return this.#authorizer.kind;
  }

  /** The answer as text. Throws GitLabError, ToolError or AuditError. */
  request(endpoint: Endpoint, options: RequestOptions): Promise<Answer> {
    return this.#send(endpoint, options, async ({ status, headers, body }) => ({
      status,
      headers,
      text: await readText(body, largest),
    }));
  }

  /** Has `use` read the body as it comes; what it does not read is not fetched. */
  stream<Result>(
    endpoint: Endpoint,
    options: RequestOptions,
    use: (body: Readable, headers: IncomingHttpHeaders) => Promise<Result>,
  ): Promise<Result> {
    return this.#send(endpoint, options, ({ body, headers }) => use(body, headers));
  }

  /** Who a project is; asked once. */
  identify =
    (caller: Caller, signal: AbortSignal) =>
    async (place: Place): Promise<ProjectIdentity> => {
      const { text } = await this.request('GET /projects/:id', { params: { id: place }, caller, signal });
      const { id, path_with_namespace } = JSON.parse(text) as ProjectIdentity;
      return { id, path_with_namespace };
    };

  /** An event for what was refused here, before any request. */
  refused(caller: Caller, what: { target: string; reason: string; endpoint?: string; method?: string }): void {
    this.#wire.audit.append({ kind: 'request', ...auditFields(caller), ...what, decision: 'refused' });
  }

  async close(): Promise<void> {
    await this.#wire.network.close();
  }

  async #send<Result>(
    endpoint: Endpoint,
    options: RequestOptions,
    read: (incoming: Incoming) => Promise<Result | Answer>,
  ): Promise<Result & Answer> {
    const { method, template } = split(endpoint);
    const { caller, signal, query } = options;
    const params = await this.#admit(method, template, options);
    let target = fill(template, params);
    const root = template.startsWith('/oauth/') ? '' : template === '/graphql' ? '/api' : '/api/v4';
    let url = new URL(`${this.#settings.instance}${root}${target}${queryString(query)}`);
    const body = options.body === undefined ? undefined : JSON.stringify(options.body);
    const cached = method === 'GET' ? this.#etags.get(url.href) : undefined;
    let renewed = false;
    let followed = 0;

    for (let attempt = 1; ; attempt += 1) {
      await this.#limit.pass(signal);
      const headers = {
        accept: 'application/json, text/plain;q=0.9, */*;q=0.1',
        'user-agent': 'cofferdam',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(cached && { 'if-none-match': cached.etag }),
        ...(template === '/oauth/token' ? {} : await this.#authorizer.header(this.#refresh(caller, signal))),
      };
      const out = {
        method,
        url,
        template,
        target,
        headers,
        body,
        attempt,
        caller,
        signal,
        timeoutMs: this.#settings.timeoutMs,
      };
      const outcome = await this.#once(out, (incoming) => {
        this.#limit.learn(incoming.headers);
        return this.#interpret(incoming, endpoint, target, read);
      });
      if ('result' in outcome) {
        const answer = outcome.result as Result & Answer;
        if (method === 'GET' && typeof answer.text === 'string' && answer.headers)
          this.#etags.put(url.href, answer.text, answer.headers);
        return answer;
      }
      if ('unchanged' in outcome && cached) {
        return { status: 200, headers: { ...cached.headers, ...outcome.unchanged }, text: cached.text } as Result &
          Answer;
      }
      if ('location' in outcome) {
        followed += 1;
        url = this.#follow(outcome, url, method, followed);
        target = url.pathname.slice(new URL(`${this.#settings.instance}${root}`).pathname.length);
        continue;
      }
      const { error, after } = outcome as Failed;
      if (error instanceof GitLabError && error.status === 401 && !renewed && template !== '/oauth/token') {
        renewed = true;
        if (await this.#authorizer.renew(this.#refresh(caller, signal))) continue;
      }
      const pause = mayRepeat(method, error) && attempt < attempts ? pauseBefore(attempt, after) : undefined;
      if (pause === undefined) throw error;
      await sleep(pause, undefined, { signal });
    }
  }

  async #admit(
    method: Method,
    template: string,
    { params = {}, place, caller, signal }: RequestOptions,
  ): Promise<Record<string, Place | string | number>> {
    const { id } = params;
    const owner = place ?? (typeof id === 'object' ? id : undefined);
    this.boundary.check(template, owner);
    // A write that is redirected is lost, and older servers admit some tokens by number only.
    if (method === 'GET' || !owner || owner.kind === 'group' || template === '/graphql') return params;
    return { ...params, id: await this.boundary.numbered(owner, this.identify(caller, signal)) };
  }

  async #once<Result>(
    out: Parameters<typeof exchange>[1],
    read: (incoming: Incoming) => Promise<Outcome<Result>>,
  ): Promise<Outcome<Result>> {
    try {
      return await exchange(this.#wire, out, read);
    } catch (error) {
      if (error instanceof ToolError && error.code === 'unreachable') return { error };
      throw error;
    }
  }

  async #interpret<Result>(
    incoming: Incoming,
    endpoint: Endpoint,
    target: string,
    read: (incoming: Incoming) => Promise<Result>,
  ): Promise<Outcome<Result>> {
    const { status, headers, body } = incoming;
    const location = headers.location;
    if (status === 304) return { unchanged: headers };
    if (status >= 300 && status < 400 && location !== undefined) return { location, status };
    const contentType = String(headers['content-type'] ?? '');
    if (status >= 200 && status < 300) {
      // GitLab has no HTML in its API: what it is asked about a file's text is text/plain.
      if (contentType.includes('html'))
        throw notJson(status, contentType, (await readBytes(body, enoughOfAFailure)).bytes.toString('utf8'));
      return { result: await read(incoming) };
    }
    const { bytes } = await readBytes(body, enoughOfAFailure);
    const after = retryAfter(headers);
    const failure = {
      status,
      endpoint,
      target,
      contentType,
      body: bytes.toString('utf8'),
      requestId: String(headers['x-request-id'] ?? '') || undefined,
      retryAfter: after,
      scopes: this.scopes,
    };
    return { error: failureOf(failure), after };
  }

  /** Only GET, only to the same API: a moved project answers with its number. Throws GitLabError `redirected`. */
  #follow({ location, status }: Moved, from: URL, method: Method, followed: number): URL {
    const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
    const inside = to?.href.startsWith(`${this.#settings.instance}/api/v4/`) && !to.username && !to.password;
    if (!to || !inside || method !== 'GET' || followed > redirects) throw redirected(status, to?.href ?? location);
    if (!to.search) to.search = from.search;
    return to;
  }

  #refresh(caller: Caller, signal: AbortSignal) {
    return async ({ client_id, client_secret, refresh_token, redirect_uri }: OAuthTokens): Promise<unknown> => {
      const body = { grant_type: 'refresh_token', client_id, client_secret, refresh_token, redirect_uri };
      const { text } = await this.request('POST /oauth/token', { body, caller, signal });
      return JSON.parse(text);
    };
  }
}

interface Moved {
  location: string;
  status: number;
}
interface Failed {
  error: ToolError;
  after?: number | undefined;
}
type Outcome<Result> = { result: Result } | { unchanged: IncomingHttpHeaders } | Moved | Failed;

/** Reading may be repeated whenever it may help; a write only where it was certainly not carried out. */
function mayRepeat(method: Method, error: ToolError): boolean {
  const status = error instanceof GitLabError ? error.status : undefined;
  if (method === 'GET') return status === undefined || passing.has(status);
  return status === 429 || ('sent' in error && error.sent === false);
}
