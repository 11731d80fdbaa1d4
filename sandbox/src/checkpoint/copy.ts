// What checkpoints need of a sandbox's copy, and the reading of what its tools container sends.
import type { Readable, Writable } from 'node:stream';
import * as z from 'zod';
import { ByteReader } from '../changes/byte-reader.js';
import { parseJson, protocolError } from '../changes/protocol.js';
import { checkCopyPath } from '../paths.js';
import { maxLine, type Wanted } from './state.js';

export interface Copy {
  /** The sandbox's id. */
  readonly id: string;
  /** Names the snapshot it stands on. */
  readonly snapshot: string;
  /** As `WorkspaceReader.states`. */
  states(): Promise<Readable>;
  /** As `WorkspaceReader.pack`. */
  pack(wanted: readonly Wanted[]): Promise<Readable>;
  /** Starts the program that takes steps and answers outcomes, lines as in `state.ts`. Ending `input` ends it. */
  restore(): Promise<{ input: Writable; output: Readable }>;
}

/** Lines of JSON with bytes between, none of it believed. */
export class Answers {
  readonly #input: ByteReader;

  constructor(input: Readable) {
    this.#input = new ByteReader(input);
  }

  /** The next line; undefined at the end. Throws `protocol` where it is not as `schema` says. */
  async next<T>(schema: z.ZodType<T>): Promise<T | undefined> {
    const line = await this.#input.line(maxLine);
    if (line === undefined) return undefined;
    const parsed = schema.safeParse(parseJson(line));
    if (!parsed.success) throw protocolError(z.prettifyError(parsed.error));
    return parsed.data;
  }

  /** As `next`, where the end would come too soon. */
  async expect<T>(schema: z.ZodType<T>): Promise<T> {
    const answer = await this.next(schema);
    if (answer === undefined) throw protocolError('an answer ends too soon');
    return answer;
  }

  bytes(length: number): Promise<Buffer> {
    return this.#input.bytes(length);
  }
}

/** Throws unless the path is in its normal form and inside of the copy. */
export function checkAnswered(path: string): string {
  if (checkCopyPath(path) !== path) throw protocolError(`${JSON.stringify(path)} is not in its normal form`);
  return path;
}
