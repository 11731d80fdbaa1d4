// Failures on demand: what goes wrong with the next requests that match.
import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Matching {
  method?: string;
  /** Of the path as it was sent, with its query: a part of it or a pattern. Default: every path. */
  path?: string | RegExp;
  /** Requests that match and pass before the fault sets in; default 0. */
  after?: number;
  /** Requests that meet the fault; default 1. */
  times?: number;
}

export type Fault =
  /** Milliseconds before the request is looked at. */
  | { delay: number }
  /** Answers this instead; `body` as it is, by default with `content-type: text/html`. */
  | { status: number; body?: string; contentType?: string; headers?: Record<string, string> }
  | { redirect: string; status?: number }
  /** Drops the connection, before the request is carried out. */
  | { reset: true }
  /** Carries the request out, sends this many bytes of the answer, and drops the connection. */
  | { cut: number }
  /** Carries the request out, sends this many bytes of the answer, and then nothing, the connection open. */
  | { stall: number }
  /** Runs something, such as the revocation of a token, and goes on. */
  | { run: () => void };

interface Planned {
  matching: Matching;
  fault: Fault;
  passed: number;
  met: number;
}

export class Faults {
  readonly #planned: Planned[] = [];

  /** `faults.add({ status: 502 }, { path: '/issues', times: 2 })`. */
  add(fault: Fault, matching: Matching = {}): void {
    this.#planned.push({ fault, matching, passed: 0, met: 0 });
  }

  clear(): void {
    this.#planned.length = 0;
  }

  /** The faults that a request meets; asking counts as that request. */
  take(method: string, target: string): Fault[] {
    const met: Fault[] = [];
    for (const planned of this.#planned) {
      const { matching, fault } = planned;
      if (planned.met >= (matching.times ?? 1) || !matches(matching, method, target)) continue;
      if (planned.passed < (matching.after ?? 0)) {
        planned.passed += 1;
        continue;
      }
      planned.met += 1;
      met.push(fault);
    }
    return met;
  }
}

function matches({ method, path = '' }: Matching, asked: string, target: string): boolean {
  if (method !== undefined && method !== asked) return false;
  return typeof path === 'string' ? target.includes(path) : path.test(target);
}

/** Carries out what comes before the request. True when the request is over by that. */
export async function meetBefore(faults: readonly Fault[], response: ServerResponse): Promise<boolean> {
  for (const fault of faults) {
    if ('delay' in fault) await sleep(fault.delay);
    else if ('run' in fault) fault.run();
    else if ('reset' in fault) {
      response.socket?.resetAndDestroy();
      return true;
    } else if ('redirect' in fault) {
      response.writeHead(fault.status ?? 302, { location: fault.redirect }).end();
      return true;
    } else if ('status' in fault) {
      const { status, body = '', contentType = 'text/html; charset=utf-8', headers } = fault;
      response.writeHead(status, {
        'content-type': contentType,
        'content-length': Buffer.byteLength(body),
        ...headers,
      });
      response.end(body);
      return true;
    }
  }
  return false;
}

/** Sends an answer whose headers are written already, as far as the faults let it. */
export function sendBody(faults: readonly Fault[], response: ServerResponse, body: Buffer): void {
  for (const fault of faults) {
    if ('cut' in fault) {
      // What was sent must have left before the socket is dropped.
      response.write(body.subarray(0, fault.cut), () => response.destroy());
      return;
    }
    if ('stall' in fault) return void response.write(body.subarray(0, fault.stall));
  }
  response.end(body);
}

/** The same for an answer that is made while it is sent. Rejects where the client goes away. */
export async function sendStream(faults: readonly Fault[], response: ServerResponse, body: Readable): Promise<void> {
  const fault = faults.find((one) => 'cut' in one || 'stall' in one);
  if (!fault) return pipeline(body, response);
  const bytes = 'cut' in fault ? fault.cut : 'stall' in fault ? fault.stall : 0;
  await pipeline(body, (source: AsyncIterable<Buffer>) => firstBytes(source, bytes), response, { end: false });
  if ('cut' in fault) response.destroy();
}

async function* firstBytes(source: AsyncIterable<Buffer>, count: number): AsyncGenerator<Buffer> {
  let left = count;
  for await (const chunk of source) {
    yield chunk.subarray(0, left);
    left -= Math.min(chunk.length, left);
    if (left === 0) return;
  }
}
