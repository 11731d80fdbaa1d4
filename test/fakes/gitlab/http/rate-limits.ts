// GitLab's two kinds of limits: one over all requests of a user, and per endpoint. None unless a test sets it.
import { ApiError, Reply } from './reply.js';

export interface Limit {
  requests: number;
  /** The window, which starts with the first request in it. */
  seconds: number;
}

export class RateLimits {
  /** Over all requests of one user, or of all anonymous ones. */
  global: Limit | undefined;
  /** By name, as routes give it: `search_rate_limit`, `notes_create`, `issues_create`, `jobs_index`. */
  readonly endpoints: Record<string, Limit> = {};
  readonly #windows = new Map<string, { started: number; count: number }>();

  /** The headers for a request that passes, or the 429 for one that does not. */
  count(caller: string, now: Date): { headers: Record<string, string>; refusal?: Reply } {
    if (!this.global) return { headers: {} };
    const { requests, seconds } = this.global;
    const { started, count } = this.#hit(`global ${caller}`, seconds, now);
    const reset = Math.ceil(started / 1000) + seconds;
    const headers = {
      'ratelimit-name': caller === 'anonymous' ? 'throttle_unauthenticated_api' : 'throttle_authenticated_api',
      'ratelimit-limit': String(requests),
      'ratelimit-observed': String(count),
      'ratelimit-remaining': String(Math.max(requests - count, 0)),
      'ratelimit-reset': String(reset),
    };
    if (count <= requests) return { headers };
    const refusal = new Reply(429, Buffer.from('Retry later\n'), {
      'content-type': 'text/plain',
      ...headers,
      'ratelimit-resettime': new Date(reset * 1000).toUTCString(),
      'retry-after': String(Math.max(reset - Math.floor(now.getTime() / 1000), 1)),
    });
    return { headers, refusal };
  }

  /** Throws the 429 of an endpoint that has been asked too often. */
  countEndpoint(name: string, caller: string, now: Date): void {
    const limit = this.endpoints[name];
    if (!limit) return;
    const { started, count } = this.#hit(`${name} ${caller}`, limit.seconds, now);
    if (count <= limit.requests) return;
    const left = Math.ceil((started + limit.seconds * 1000 - now.getTime()) / 1000);
    const message = { error: 'This endpoint has been requested too many times. Try again later.' };
    throw new ApiError(429, { message }, { 'retry-after': String(Math.max(left, 1)) });
  }

  #hit(key: string, seconds: number, now: Date): { started: number; count: number } {
    const known = this.#windows.get(key);
    const open = known && now.getTime() < known.started + seconds * 1000;
    const window = open ? known : { started: now.getTime(), count: 0 };
    window.count += 1;
    this.#windows.set(key, window);
    return window;
  }
}
