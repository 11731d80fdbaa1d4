// Brings a copy to another state, step by step as the host asks for; contents come with the steps or from the snapshot.
// Each step says what a path has to be, so doing them again after a crash ends the same.
import { createHash } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import * as z from 'zod';
import { ByteReader } from '../changes/byte-reader.js';
import { maxPayload, parseJson, protocolError } from '../changes/protocol.js';
import { maxLine, type Outcome, type Step, stepSchema } from '../checkpoint/state.js';
import { SandboxError } from '../errors.js';
import { checkCopyPath } from '../paths.js';
import { fingerprintOf } from './fingerprint.js';
import { type RawPath, rawPath } from './raw-path.js';
import { Target } from './target.js';
import { kindOf, type Tree } from './tree.js';
import { reasonOf } from './walk.js';

interface Trees {
  readonly workspace: Tree;
  readonly lower: Tree;
}

/** Reads steps until the last one and answers; a failure that is no single path's ends it with an answer too. */
export async function serveRestore(trees: Trees, input: Readable, output: Writable): Promise<void> {
  const restore = new Restore(trees, input, (outcome) => send(output, outcome));
  try {
    await send(output, await restore.run());
  } catch (error) {
    await send(output, failure(error));
  }
}

class Restore {
  readonly #lower: Tree;
  readonly #target: Target;
  readonly #input: ByteReader;
  readonly #tell: (outcome: Outcome) => Promise<void>;
  #restored = 0;
  #removed = 0;

  constructor({ workspace, lower }: Trees, input: Readable, tell: (outcome: Outcome) => Promise<void>) {
    this.#lower = lower;
    this.#target = new Target(workspace);
    this.#input = new ByteReader(input);
    this.#tell = tell;
  }

  async run(): Promise<Outcome> {
    try {
      for (let step = await this.#next(); step !== undefined; step = await this.#next()) await this.#take(step);
    } finally {
      for (const { path, error } of this.#target.finish()) await this.#conflict(rawPath.toText(path), error);
    }
    return { restored: this.#restored, removed: this.#removed };
  }

  async #next(): Promise<Step | undefined> {
    const line = await this.#input.line(maxLine);
    const step = stepSchema.safeParse(line === undefined ? undefined : parseJson(line));
    if (!step.success) throw protocolError(z.prettifyError(step.error));
    return 'end' in step.data ? undefined : step.data;
  }

  /** Reads what comes with a step to its end, also where the step fails. */
  async #take(step: Step): Promise<void> {
    const content = new Content(this.#input, step);
    try {
      await this.#make(rawPath.fromText(checkCopyPath(step.path)), step, content);
    } catch (error) {
      if (isGeneral(error)) throw error;
      await this.#conflict(step.path, error);
    }
    await content.skip();
  }

  async #make(path: RawPath, { make, was, content: source }: Step, content: Content): Promise<void> {
    if (make === 'snapshot') return this.#bringFromSnapshot(path);
    const deep = make.kind !== 'folder';
    if (was !== null && was !== (await fingerprintOf(this.#lower, path, deep, new AbortController().signal))) {
      throw new Error('the workspace has something else there than when the checkpoint was made');
    }
    if (make.kind === 'absent') {
      this.#removed += this.#target.remove(path);
      return;
    }
    if (make.kind === 'other') {
      const there = this.#target.look(path);
      if (there && kindOf(there) === 'other') return;
      throw new Error('it was neither a file nor a folder nor a link, which cannot be brought back');
    }
    if (make.kind === 'folder') return this.#bringFolder(path, make.mode);
    if (make.kind === 'link') this.#target.link(path, rawPath.toBytes(rawPath.fromText(make.target)));
    else {
      const chunks = source === 'snapshot' ? this.#lower.content(path) : content.chunks();
      await this.#target.file(path, chunks, { mode: make.mode, mtime: BigInt(make.mtime) });
    }
    this.#restored += 1;
  }

  async #bringFromSnapshot(path: RawPath): Promise<void> {
    const stats = this.#lower.look(path);
    if (!stats) {
      this.#removed += this.#target.remove(path);
      return;
    }
    const kind = kindOf(stats);
    const mode = Number(stats.mode & 0o7777n);
    if (kind === 'folder') return this.#bringFolder(path, mode);
    if (kind === 'link') this.#target.link(path, this.#lower.readLink(path));
    else if (kind === 'file') await this.#target.file(path, this.#lower.content(path), { mode, mtime: stats.mtimeNs });
    else throw new Error('it is neither a file nor a folder nor a link');
    this.#restored += 1;
  }

  /** A folder that is there holds what it holds: steps of their own say what is not so. A new one begins as the snapshot has it. */
  async #bringFolder(path: RawPath, mode: number): Promise<void> {
    const isNew = !this.#target.look(path)?.isDirectory();
    this.#target.folder(path, mode);
    this.#restored += 1;
    const names = isNew && this.#lower.look(path)?.isDirectory() ? this.#lower.list(path)?.keys() : undefined;
    for (const name of names ?? []) await this.#bringFromSnapshot(rawPath.join(path, name));
  }

  async #conflict(path: string, error: unknown): Promise<void> {
    await this.#tell({ path, reason: reasonFor(error).slice(0, 8192) });
  }
}

/** The bytes that follow a step. */
class Content {
  readonly #input: ByteReader;
  readonly #sha256: string | undefined;
  #left: number;

  constructor(input: ByteReader, { make, content }: Step) {
    this.#input = input;
    this.#sha256 = content === null || content === 'snapshot' ? undefined : content;
    this.#left = this.#sha256 !== undefined && make !== 'snapshot' && make.kind === 'file' ? make.size : 0;
  }

  /** Fails where they are not those that were kept. */
  async *chunks(): AsyncGenerator<Buffer, void, undefined> {
    const hash = createHash('sha256');
    while (this.#left > 0) {
      const length = Math.min(this.#left, maxPayload);
      const chunk = await this.#input.bytes(length);
      this.#left -= length;
      hash.update(chunk);
      yield chunk;
    }
    if (hash.digest('hex') !== this.#sha256) throw new Error('its content was damaged where it was kept');
  }

  async skip(): Promise<void> {
    for (; this.#left > 0; this.#left -= Math.min(this.#left, maxPayload)) {
      await this.#input.bytes(Math.min(this.#left, maxPayload));
    }
  }
}

/** Not this path's fault: it would be the same with the next. */
function isGeneral(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'EROFS' || code === 'protocol' || code === 'runner-lost';
}

function reasonFor(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no folder for it';
  return code === 'EACCES' || code === 'EPERM' ? 'it may not be changed' : reasonOf(error);
}

function failure(error: unknown): Outcome {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof SandboxError) return { code: 'protocol', message: message.slice(0, 8192), remedy: error.remedy };
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return {
      code: 'disk-full',
      message: "The container engine's disk is full; part of the checkpoint is restored.",
      remedy: 'Free space there, for example with `cofferdam sandbox prune`, then restore again.',
    };
  }
  return {
    code: 'workspace-unusable',
    message: `The checkpoint is restored in part only: ${message}.`.slice(0, 8192),
    remedy: 'Restore it again.',
  };
}

function send(output: Writable, outcome: Outcome): Promise<void> {
  return new Promise((resolve, reject) =>
    output.write(`${JSON.stringify(outcome)}\n`, (error) => (error ? reject(error) : resolve())),
  );
}
