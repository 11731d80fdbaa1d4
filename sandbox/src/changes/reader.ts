// The host's side of the workspace reader: asks it for changes, contents and patches, and believes nothing it says unchecked.
import { Readable, type Writable } from 'node:stream';
import * as z from 'zod';
import type { Wanted } from '../checkpoint/state.js';
import { SandboxError } from '../errors.js';
import { checkRelativePath } from '../paths.js';
import { ByteReader } from './byte-reader.js';
import { type Frame, frameSchema, lost, maxFrameLine, parseJson, protocolError, type Query } from './protocol.js';
import { type BaseFile, type ChangeSet, type Content, changeSetSchema } from './types.js';

/** A million changes take about this much; a reader that sends more is not to be believed. */
const maxChangeSetBytes = 512 * 1024 * 1024;

type Question<Q = Query> = Q extends Query ? Omit<Q, 'id'> : never;

/** A content that goes to the inside, and how to read it. */
export interface SentContent extends Content {
  readonly open: () => AsyncIterable<Buffer>;
}

export class WorkspaceReader {
  readonly #input: Writable;
  readonly #output: Readable;
  readonly #frames: ByteReader;
  #lastId = 0;
  /** Settles when the request before has its whole answer. */
  #turn: Promise<void> = Promise.resolve();
  #broken: SandboxError | undefined;

  /** `input` and `output` are the stdin and stdout of `workspace.mjs`; this object closes them. */
  constructor(channel: { input: Writable; output: Readable }) {
    this.#input = channel.input;
    this.#output = channel.output;
    this.#frames = new ByteReader(channel.output);
    this.#input.on('error', (cause) => this.#break(lost(cause)));
    this.#output.on('error', (cause) => this.#break(lost(cause)));
  }

  /**
   * Everything the session changed; with a `base`, what it has and that has not, and what was applied. Throws `protocol`
   * when the answer is not a change set.
   */
  async changes(options: { includeIgnored?: boolean; base?: readonly BaseFile[] } = {}): Promise<ChangeSet> {
    const { includeIgnored = false, base = [] } = options;
    const question = { method: 'changes', includeIgnored, ...unlessEmpty(base) } as const;
    const parts: Buffer[] = [];
    let size = 0;
    for await (const part of this.#ask(question)) {
      parts.push(part);
      size += part.length;
      if (size > maxChangeSetBytes) throw protocolError(`more than ${maxChangeSetBytes} bytes of changes`);
    }
    return parseChangeSet(Buffer.concat(parts).toString('utf8'));
  }

  /**
   * The content of a file (of a link: its target), as the session has it or as it was. Read it to its end or destroy it:
   * the next request waits for that. It fails with `change-unknown` where there is no such file.
   */
  read(path: string, side: 'new' | 'old'): Readable {
    return Readable.from(this.#ask({ method: 'read', path: checkRelativePath(path), side }), { objectMode: false });
  }

  /**
   * One patch for `git apply`, of these changed paths or of all that Git does not ignore. Where `base` is the old side of
   * one of them, its content has to come along. Read it to its end or destroy it.
   */
  patch(paths?: readonly string[], base: readonly BaseFile[] = [], contents: readonly SentContent[] = []): Readable {
    const question = {
      method: 'patch',
      ...(paths && { paths: paths.map(checkRelativePath) }),
      ...unlessEmpty(base),
      ...(contents.length > 0 && { contents: contents.map(({ sha256, size }) => ({ sha256, size })) }),
    } as const;
    return Readable.from(this.#ask(question, contents), { objectMode: false });
  }

  /** What is in another state than the snapshot has it: lines as `stateLineSchema` has them. */
  states(): Readable {
    return Readable.from(this.#ask({ method: 'state' }), { objectMode: false });
  }

  /** The states and contents of these paths: lines as `packedSchema` has them, with bytes between. */
  pack(wanted: readonly Wanted[]): Readable {
    return Readable.from(this.#ask({ method: 'pack', wanted: [...wanted] }), { objectMode: false });
  }

  /** Ends the program inside. What is being read fails with `runner-lost`. */
  close(): void {
    this.#break(
      new SandboxError('runner-lost', 'The workspace reader was closed.', 'Open the sandbox again to read from it.'),
    );
  }

  async *#ask(question: Question, contents: readonly SentContent[] = []): AsyncGenerator<Buffer, void, undefined> {
    const before = this.#turn;
    let done = () => {};
    this.#turn = new Promise((resolve) => {
      done = resolve;
    });
    await before;
    const id = ++this.#lastId;
    let open = false;
    try {
      await this.#send({ id, ...question });
      for (const content of contents) await this.#sendContent(content);
      open = true;
      for (;;) {
        const frame = await this.#frame(id);
        if (frame.type !== 'data') open = false;
        if (frame.type === 'end') return;
        if (frame.type === 'error') throw new SandboxError(frame.code, frame.message, frame.remedy);
        yield await this.#guard(this.#frames.bytes(frame.length));
      }
    } finally {
      try {
        if (open && !this.#broken) await this.#cancel(id);
      } finally {
        done();
      }
    }
  }

  /** Reads what is left of an answer nobody wants. */
  async #cancel(id: number): Promise<void> {
    await this.#send({ id, method: 'cancel' });
    for (let frame = await this.#frame(id); frame.type === 'data'; frame = await this.#frame(id)) {
      await this.#guard(this.#frames.bytes(frame.length));
    }
  }

  async #frame(id: number): Promise<Frame> {
    const line = await this.#guard(this.#frames.line(maxFrameLine));
    if (line === undefined) throw this.#break(lost());
    const frame = frameSchema.safeParse(parseJson(line));
    if (!frame.success) throw this.#break(protocolError(z.prettifyError(frame.error)));
    if (frame.data.id !== id) throw this.#break(protocolError(`request ${id} got an answer for ${frame.data.id}`));
    return frame.data;
  }

  #send(message: object): Promise<void> {
    return this.#write(`${JSON.stringify(message)}\n`);
  }

  /** What is not as long as announced would be taken for the next request, or that for its rest. */
  async #sendContent({ sha256, size, open }: SentContent): Promise<void> {
    let left = size;
    try {
      for await (const chunk of open()) {
        left -= chunk.length;
        if (left < 0) break;
        await this.#write(chunk);
      }
    } catch (cause) {
      throw this.#break(cause instanceof SandboxError ? cause : protocolError(`${sha256} cannot be read (${cause})`));
    }
    if (left !== 0) throw this.#break(protocolError(`${sha256} has not the ${size} bytes it should have`));
  }

  async #write(data: string | Buffer): Promise<void> {
    if (this.#broken) throw this.#broken;
    await new Promise<void>((resolve, reject) =>
      this.#input.write(data, (error) => (error ? reject(this.#break(lost(error))) : resolve())),
    );
  }

  /** After a failed read nothing that follows on the stream can be understood. */
  async #guard<T>(reading: Promise<T>): Promise<T> {
    try {
      return await reading;
    } catch (cause) {
      throw this.#break(cause instanceof SandboxError ? cause : lost(cause));
    }
  }

  /** The first reason stands, whatever follows from it. */
  #break(reason: SandboxError): SandboxError {
    if (!this.#broken) {
      this.#broken = reason;
      this.#input.destroy();
      this.#output.destroy();
    }
    return this.#broken;
  }
}

/** A reader of an older image knows no base, and where nothing was applied it needs none. */
function unlessEmpty(base: readonly BaseFile[]): { base?: BaseFile[] } {
  return base.length === 0 ? {} : { base: [...base] };
}

function parseChangeSet(text: string): ChangeSet {
  const parsed = changeSetSchema.safeParse(parseJson(text));
  if (!parsed.success) throw protocolError(z.prettifyError(parsed.error));
  const seen = new Set<string>();
  for (const change of parsed.data.changes) {
    for (const path of [change.path, change.from ?? change.path]) {
      if (checkRelativePath(path) !== path) throw protocolError(`${JSON.stringify(path)} is not in its normal form`);
    }
    if (seen.has(change.path)) throw protocolError(`${JSON.stringify(change.path)} changed twice`);
    seen.add(change.path);
  }
  return parsed.data;
}
