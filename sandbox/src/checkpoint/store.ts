// The checkpoints of one session in a folder of the host: `NAME.json` says which manifest is a checkpoint's, `ID.manifest`
// lists paths, `ID.pack` holds contents one after the other, `head` names the checkpoint that was made or restored last.
// Files are written once under another name, and renamed when they are on disk; only `head` and a checkpoint that is made
// again under its name are ever replaced. What a sandbox gave is only ever bytes in them.
import { createReadStream } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { SandboxError } from '../errors.js';
import { linkOrCopy, makeFolder, newId, writeDurably } from './files.js';
import {
  damaged,
  difference,
  type Entry,
  fileIdSchema,
  type Manifest,
  type ManifestHead,
  readManifest,
  writeManifest,
} from './manifest.js';
import { PackWriter } from './pack-file.js';

/** Manifests that stand on each other before one is written whole again. */
const MAX_DEPTH = 32;

const recordSchema = z.strictObject({
  version: z.literal(1),
  name: z.string(),
  /** Counts the checkpoints of the folder. */
  number: z.int().positive(),
  manifest: fileIdSchema,
  /** ISO 8601. */
  createdAt: z.string(),
});
export type CheckpointRecord = z.infer<typeof recordSchema>;

/** Bytes of a pack. */
export interface KeptContent {
  pack: string;
  offset: number;
  size: number;
}

export class CheckpointStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Oldest first. */
  async list(): Promise<CheckpointRecord[]> {
    const names = (await this.#names()).filter((name) => name.endsWith('.json'));
    const records = await Promise.all(names.map((name) => this.#record(name)));
    return records.sort((a, b) => a.number - b.number);
  }

  /** Throws `checkpoint-not-found` or `checkpoint-damaged`. */
  async load(name: string): Promise<Manifest> {
    const file = `${checkName(name)}.json`;
    if (!(await this.#names()).includes(file)) throw notFound(name);
    return this.manifest((await this.#record(file)).manifest);
  }

  /** The manifest of the checkpoint that was made or restored last; undefined where there is none to build on. */
  async head(): Promise<Manifest | undefined> {
    const id = fileIdSchema.safeParse(await readFile(this.#path('head'), 'utf8').catch(() => undefined));
    if (!id.success) return undefined;
    try {
      return await this.manifest(id.data);
    } catch {
      return undefined; // what cannot be read is as good as nothing: all is kept anew
    }
  }

  async setHead({ id }: Pick<Manifest, 'id'>): Promise<void> {
    await this.#write('head', id);
  }

  async manifest(id: string, below = MAX_DEPTH): Promise<Manifest> {
    const file = this.#path(`${id}.manifest`);
    const text = await readFile(file, 'utf8').catch((cause: unknown) => {
      throw damaged(file, cause);
    });
    const { head, changed, gone } = readManifest(text, file);
    if (head.base !== null && below === 0) throw damaged(file, new Error('it stands on too many others'));
    const base = head.base === null ? undefined : await this.manifest(head.base, below - 1);
    const entries = new Map(base?.entries);
    for (const path of gone) entries.delete(path);
    for (const entry of changed) entries.set(entry.path, entry);
    return { id, sandbox: head.sandbox, snapshot: head.snapshot, depth: head.depth, entries };
  }

  /** Starts what a checkpoint is made of; removes what a crash left of an earlier one. */
  async begin(): Promise<PackWriter> {
    await makeFolder(this.#folder);
    const left = (await this.#names()).filter((name) => name.endsWith('.tmp'));
    await Promise.all(left.map((name) => rm(this.#path(name), { force: true })));
    const id = newId();
    return new PackWriter(id, this.#path(`${id}.pack.tmp`));
  }

  /** Makes the contents last, under their own name. */
  async keep(pack: PackWriter): Promise<void> {
    if (pack.size === 0) await pack.discard();
    else await pack.finish(this.#path(`${pack.id}.pack`));
  }

  /** The manifest with these entries: `before` itself where nothing is different, else a new one, on `before` where that is shorter. */
  async addManifest(
    { sandbox, snapshot }: Pick<Manifest, 'sandbox' | 'snapshot'>,
    entries: ReadonlyMap<string, Entry>,
    before: Manifest | undefined,
  ): Promise<Manifest> {
    const from = before?.sandbox === sandbox && before.snapshot === snapshot ? before : undefined;
    const change = difference(from?.entries ?? new Map(), entries);
    const changes = change.changed.length + change.gone.length;
    if (from && changes === 0) return from;
    const onBase = from !== undefined && from.depth < MAX_DEPTH && changes < entries.size / 4;
    const depth = onBase ? from.depth + 1 : 0;
    const id = newId();
    const head: ManifestHead = { version: 1, sandbox, snapshot, base: onBase ? from.id : null, depth };
    await this.#write(
      `${id}.manifest`,
      writeManifest(head, onBase ? change : { changed: [...entries.values()], gone: [] }),
    );
    return { id, sandbox, snapshot, depth, entries };
  }

  /** Names a manifest as a checkpoint, in the place of one of that name. */
  async add(name: string, manifest: Manifest): Promise<void> {
    const file = `${checkName(name)}.json`;
    const last = (await this.list()).at(-1)?.number ?? 0;
    const record: CheckpointRecord = {
      version: 1,
      name,
      number: last + 1,
      manifest: manifest.id,
      createdAt: new Date().toISOString(),
    };
    await this.#write(file, `${JSON.stringify(record)}\n`);
    await this.setHead(manifest);
  }

  /** Throws `checkpoint-damaged` unless all of these are there in full length. */
  async expectContents(all: readonly KeptContent[]): Promise<void> {
    const ends = new Map<string, number>();
    for (const { pack, offset, size } of all) {
      if (size > 0) ends.set(pack, Math.max(ends.get(pack) ?? 0, offset + size));
    }
    for (const [pack, end] of ends) {
      const file = this.#path(`${pack}.pack`);
      const found = await stat(file).catch((cause: unknown) => {
        throw damaged(file, cause);
      });
      if (found.size < end) throw damaged(file, new Error('its end is missing'));
    }
  }

  async *content({ pack, offset, size }: KeptContent): AsyncGenerator<Buffer, void, undefined> {
    if (size === 0) return;
    const file = this.#path(`${pack}.pack`);
    let left = size;
    for await (const chunk of createReadStream(file, { start: offset, end: offset + size - 1 })) {
      left -= chunk.length;
      yield chunk;
    }
    if (left > 0) throw damaged(file, new Error('its end is missing'));
  }

  /**
   * Gives another folder the checkpoints up to the one of this name, as links to the same files where the file system
   * can, so that either folder may go without the other.
   */
  async copyTo(folder: string, upTo: string): Promise<void> {
    const all = await this.list();
    const last = all.find(({ name }) => name === upTo);
    if (!last) throw notFound(upTo);
    const records = all.filter(({ number }) => number <= last.number);
    const files = new Set<string>();
    for (const { manifest } of records) await this.#collect(manifest, files);
    await makeFolder(folder);
    for (const name of files) await linkOrCopy(this.#path(name), join(folder, name));
    const copy = new CheckpointStore(folder);
    for (const record of records) await copy.#write(`${record.name}.json`, `${JSON.stringify(record)}\n`);
    await copy.setHead({ id: last.manifest });
  }

  /** The files that a manifest is read from, and those that hold its contents. */
  async #collect(id: string, files: Set<string>): Promise<void> {
    const name = `${id}.manifest`;
    if (files.has(name)) return;
    files.add(name);
    const file = this.#path(name);
    const { head, changed } = readManifest(await readFile(file, 'utf8'), file);
    for (const { content } of changed) {
      if (content !== null && content !== 'snapshot') files.add(`${content.pack}.pack`);
    }
    if (head.base !== null) await this.#collect(head.base, files);
  }

  async #record(file: string): Promise<CheckpointRecord> {
    const path = this.#path(file);
    try {
      return recordSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    } catch (cause) {
      throw damaged(path, cause);
    }
  }

  async #names(): Promise<string[]> {
    return readdir(this.#folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }

  #write(name: string, text: string): Promise<void> {
    return writeDurably(this.#folder, name, text);
  }
}

/** Throws `path-invalid`: the name becomes a file's. */
function checkName(name: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name) && name !== 'head') return name;
  throw new SandboxError(
    'path-invalid',
    `${JSON.stringify(name)} cannot name a checkpoint.`,
    'Use up to 100 letters, digits, dots, dashes and underscores, a letter or digit first.',
  );
}

function notFound(name: string): SandboxError {
  return new SandboxError(
    'checkpoint-not-found',
    `There is no checkpoint ${JSON.stringify(name)}.`,
    'Name one that was made in this session.',
  );
}
