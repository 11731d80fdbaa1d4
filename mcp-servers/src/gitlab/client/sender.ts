// Sends a request until there is an answer to it: repeats where that is safe, follows a moved project, renews the token.
import { setTimeout as sleep } from 'node:timers/promises';
import { ToolError } from '../../kit/index.js';
import type { GitLabSettings } from '../settings.js';
import type { Authorizer, Refresh } from './authorizer.js';
import { readBytes } from './body.js';
import type { Caller } from './caller.js';
import { authorizer } from './credentials.js';
import type { Method } from './endpoint.js';
import { failureOf, GitLabError, notJson, redirected } from './errors.js';
import { pauseBefore, RateLimit, retryAfter } from './rate-limit.js';
import type { Redactor } from './redact.js';
import { exchange, type Incoming, type Wire } from './wire.js';

export interface Prepared {
  method: Method;
  /** `/projects/:id/issues/:issue_iid` */
  template: string;
  /** The template filled in. */
  target: string;
  url: URL;
  headers: Record<string, string>;
  body?: string | undefined;
  /** What is asked for is a file of users, of any type. */
  file?: boolean | undefined;
  caller: Caller;
  signal: AbortSignal;
}

/** Takes what it wants of an answer that is a success, or a 304 where the request asked for one. */
export type Read<Result> = (incoming: Incoming) => Promise<Result>;

interface Moved {
  location: string;
  status: number;
}
interface Failed {
  error: ToolError;
  /** Seconds that GitLab wants us to wait. */
  after?: number | undefined;
}
type Outcome<Result> = { result: Result } | Moved | Failed;

const mostAttempts = 3;
const mostRedirects = 3;
/** Bytes of a failed answer that are read, and characters of it that are looked at for a reason. */
const mostOfAFailure = 20_000;
const enoughOfAFailure = 18_000;
const passing = new Set([429, 502, 503, 504]);

export class Sender {
  readonly tokenKind: Authorizer['kind'];
  /** What the token may do; undefined until GitLab told. */
  scopes: readonly string[] | undefined;
  readonly #settings: GitLabSettings;
  readonly #wire: Wire;
  readonly #authorizer: Authorizer;
  readonly #redactor: Redactor;
  readonly #limit = new RateLimit();

  /** Throws ToolError `bad-settings` for credentials that cannot be read. */
  constructor(settings: GitLabSettings, wire: Wire) {
    this.#settings = settings;
    this.#wire = wire;
    this.#redactor = wire.redactor;
    this.#authorizer = authorizer(settings.credentials, wire.redactor);
    this.tokenKind = this.#authorizer.kind;
  }

  /** Throws GitLabError for an answer that is no success, ToolError `unreachable` where there is none, AuditError. */
  async send<Result>(prepared: Prepared, refresh: Refresh, read: Read<Result>): Promise<Result> {
    let request = prepared;
    let renewed = false;
    for (let attempt = 1, followed = 0; ; ) {
      const outcome = await this.#attempt(request, attempt, refresh, read);
      if ('result' in outcome) return outcome.result;
      if ('location' in outcome) {
        followed += 1;
        request = this.#follow(request, outcome, followed);
        continue;
      }
      const { error, after } = outcome;
      if (statusOf(error) === 401 && !renewed && carriesToken(request)) {
        renewed = true;
        if (await this.#authorizer.renew(refresh)) continue;
      }
      const repeat = attempt < mostAttempts && mayRepeat(request.method, error);
      const pause = repeat ? pauseBefore(attempt, after) : undefined;
      if (pause === undefined) throw error;
      await sleep(pause, undefined, { signal: request.signal });
      attempt += 1;
    }
  }

  async #attempt<Result>(
    request: Prepared,
    attempt: number,
    refresh: Refresh,
    read: Read<Result>,
  ): Promise<Outcome<Result>> {
    await this.#limit.pass(request.signal);
    const token = carriesToken(request) ? await this.#authorizer.header(refresh) : {};
    const { timeoutMs } = this.#settings;
    const out = { ...request, headers: { ...request.headers, ...token }, attempt, timeoutMs };
    try {
      return await exchange(this.#wire, out, (incoming) => this.#interpret(request, incoming, read));
    } catch (error) {
      if (error instanceof ToolError && error.code === 'unreachable') return { error };
      throw error;
    }
  }

  async #interpret<Result>(request: Prepared, incoming: Incoming, read: Read<Result>): Promise<Outcome<Result>> {
    const { status, headers, body } = incoming;
    const contentType = String(headers['content-type'] ?? '');
    const beginning = async () => {
      const { bytes } = await readBytes(body, mostOfAFailure);
      // Redacted before it is cut: half a token is not found.
      return this.#redactor.text(bytes.toString('utf8')).slice(0, enoughOfAFailure);
    };
    this.#limit.learn(headers);
    if (status === 304 && 'if-none-match' in request.headers) return { result: await read(incoming) };
    if (status > 300 && status < 400 && headers.location !== undefined)
      return { location: String(headers.location), status };
    if (status >= 300) {
      const after = retryAfter(headers);
      const failure = {
        status,
        endpoint: `${request.method} ${request.template}`,
        target: request.target,
        contentType,
        body: await beginning(),
        requestId: String(headers['x-request-id'] ?? '') || undefined,
        retryAfter: after,
        scopes: this.scopes,
        jobToken: this.tokenKind === 'job',
      };
      return { error: failureOf(failure), after };
    }
    // GitLab has no HTML in its API: the text of a file, HTML too, is text/plain.
    if (contentType.includes('html') && !request.file) throw notJson(status, contentType, await beginning());
    return { result: await read(incoming) };
  }

  /**
   * Only reading, and only to the number that a moved project answers with: all else of the request stays as it was.
   * Throws GitLabError `redirected`.
   */
  #follow(request: Prepared, { location, status }: Moved, followed: number): Prepared {
    const { instance } = this.#settings;
    const api = `${instance}/api/v4`;
    const to = URL.canParse(location, request.url.href) ? new URL(location, request.url) : undefined;
    const projects = `${api}/projects/`;
    const id = to?.href.startsWith(projects)
      ? /^\d{1,16}(?=[/?]|$)/.exec(to.href.slice(projects.length))?.[0]
      : undefined;
    const movable = request.method === 'GET' && request.template.startsWith('/projects/:id');
    if (id === undefined || !movable || followed > mostRedirects) throw redirected(status, to, instance);
    const target = request.target.replace(/^\/projects\/[^/]+/, `/projects/${id}`);
    return { ...request, target, url: new URL(`${api}${target}${request.url.search}`) };
  }
}

/** Trading a refresh token needs no token, and must not wait for one. */
const carriesToken = ({ template }: Prepared) => template !== '/oauth/token';

const statusOf = (error: ToolError) => (error instanceof GitLabError ? error.status : undefined);

/** Reading may be repeated whenever it may help; a write only where it was certainly not carried out. */
function mayRepeat(method: Method, error: ToolError): boolean {
  const status = statusOf(error);
  if (method === 'GET') return status === undefined || passing.has(status);
  return status === 429 || ('sent' in error && error.sent === false);
}
