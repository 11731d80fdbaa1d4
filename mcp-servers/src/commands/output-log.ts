// What a command wrote, as text in the order it came, with the oldest dropped when it gets too much.
import { StringDecoder } from 'node:string_decoder';

export type Stream = 'stdout' | 'stderr';

/** Positions count UTF-16 units of both streams together, from the first one ever written; they never shift. */
export interface Excerpt {
  text: string;
  /** Where to read on. */
  next: number;
  /** Units that were gone already between the position asked for and the first one here, of both streams. */
  dropped: number;
}

interface Segment {
  stream: Stream;
  start: number;
  text: string;
}

const SEGMENT = 64 * 1024;

export class OutputLog {
  readonly #capacity: number;
  readonly #segments: Segment[] = [];
  readonly #decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') };
  readonly #listeners = new Set<() => void>();
  readonly #written = { stdout: 0, stderr: 0 };
  #end = 0;

  /** Keeps at least `capacity` UTF-16 units. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** The position after the newest unit. */
  get end(): number {
    return this.#end;
  }

  /** The position of the oldest unit kept. */
  get start(): number {
    return this.#segments[0]?.start ?? this.#end;
  }

  append(stream: Stream, bytes: Buffer): void {
    this.#add(stream, this.#decoders[stream].write(bytes));
  }

  /** Call when `stream` is over: a character that was cut short becomes U+FFFD. */
  finish(stream: Stream): void {
    this.#add(stream, this.#decoders[stream].end());
  }

  /** At most `limit` units of `stream` (both without) from position `since` on; never half of a surrogate pair. */
  read(since: number, limit: number, stream?: Stream): Excerpt {
    const from = Math.min(Math.max(since, this.start), this.#end);
    const parts: string[] = [];
    let room = limit;
    let next = from;
    for (const segment of this.#segments) {
      const skip = Math.max(from - segment.start, 0);
      if (skip >= segment.text.length) continue;
      if (stream !== undefined && segment.stream !== stream) {
        next = segment.start + segment.text.length;
        continue;
      }
      const part = wholePairs(segment.text.slice(skip, skip + room), room);
      parts.push(part);
      room -= part.length;
      next = segment.start + skip + part.length;
      if (next < segment.start + segment.text.length) break;
    }
    return { text: parts.join(''), next, dropped: Math.max(this.start - since, 0) };
  }

  /** At most the last `limit` units of `stream` (both without), and the position they start at. */
  tail(limit: number, stream?: Stream): { text: string; start: number } {
    const parts: string[] = [];
    let room = limit;
    let start = this.#end;
    for (const segment of this.#segments.toReversed()) {
      if (room <= 0) break;
      if (stream !== undefined && segment.stream !== stream) continue;
      const part = segment.text.slice(-room);
      parts.unshift(part);
      room -= part.length;
      start = segment.start + segment.text.length - part.length;
    }
    return { text: parts.join(''), start };
  }

  /** Units of `stream` that were ever written. */
  written(stream: Stream): number {
    return this.#written[stream];
  }

  /** Units of `stream` that are kept. */
  size(stream: Stream): number {
    return this.#segments.reduce((sum, one) => sum + (one.stream === stream ? one.text.length : 0), 0);
  }

  /** Calls `listener` after each addition; returns what ends that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #add(stream: Stream, text: string): void {
    if (text === '') return;
    const last = this.#segments.at(-1);
    if (last?.stream === stream && last.text.length < SEGMENT) last.text += text;
    else this.#segments.push({ stream, start: this.#end, text });
    this.#end += text.length;
    this.#written[stream] += text.length;
    while (this.#segments[1] && this.#end - this.#segments[1].start >= this.#capacity) this.#segments.shift();
    for (const listener of this.#listeners) listener();
  }
}

/** `text` without a lone first half at its end, unless there is room for nothing else. */
function wholePairs(text: string, room: number): string {
  const last = text.charCodeAt(text.length - 1);
  const half = text.length === room && room > 1 && last >= 0xd800 && last <= 0xdbff;
  return half ? text.slice(0, -1) : text;
}
