// How long GitLab wants us to wait, as its headers say it.
import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { GitLabError } from './errors.js';

/** Longer than this nobody waits for an answer: the caller is told instead. Milliseconds. */
const patience = 20_000;
/** GitLab counts by the minute, some by the hour: a reset farther off is a fault, and must not close the server for good. Milliseconds. */
const farthest = 3_600_000;

/** Seconds of `Retry-After`, which may be a number or an HTTP date. */
export function retryAfter(headers: IncomingHttpHeaders, now = Date.now()): number | undefined {
  const value = headers['retry-after'];
  if (value === undefined) return undefined;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - now) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : undefined;
}

export class RateLimit {
  /** Until when nothing may be sent; milliseconds since the epoch. */
  #until = 0;

  /** `RateLimit-Reset` is in seconds since the epoch, not a delay. */
  learn(headers: IncomingHttpHeaders): void {
    const remaining = headers['ratelimit-remaining'];
    const reset = Number(headers['ratelimit-reset']);
    if (remaining !== '0' || !(reset * 1000 <= Date.now() + farthest)) return;
    this.#until = Math.max(this.#until, reset * 1000);
  }

  /** Waits where the last answers said that nothing is left. Throws GitLabError `rate-limited` where that is too long. */
  async pass(signal: AbortSignal): Promise<void> {
    const wait = this.#until - Date.now();
    if (wait <= 0) return;
    if (wait > patience) {
      throw new GitLabError(
        429,
        'rate-limited',
        `GitLab's rate limit is used up for another ${Math.ceil(wait / 1000)} s; nothing was sent.`,
        'Wait that long, and ask for less: narrower filters, fewer calls.',
      );
    }
    await sleep(wait, undefined, { signal });
  }
}

/** Milliseconds to wait before attempt `attempt + 1`; undefined where that is too long to wait. */
export function pauseBefore(attempt: number, retryAfterSeconds: number | undefined): number | undefined {
  if (retryAfterSeconds !== undefined)
    return retryAfterSeconds * 1000 <= patience ? retryAfterSeconds * 1000 : undefined;
  return 250 * 2 ** (attempt - 1) * (1 + Math.random());
}
