// What of a sandbox's changes was applied: what the workspace got then is the old side of the changes that follow. Contents
// are kept too: the snapshot never had them, and the workspace has them only until the user goes on working.
import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { cp, mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import type { SentContent } from '../changes/reader.js';
import { type BaseFile, baseFileSchema, type Change, maxPatchedBytes } from '../changes/types.js';
import { SandboxError } from '../errors.js';
import { replaceFile, syncFolder } from './durable.js';
import type { Host, Side } from './host.js';
import type { Journal } from './journal.js';
import { type ApplyReport, failure } from './report.js';
import { newSide } from './unit.js';

const recordSchema = z.object({ version: z.literal(1), files: z.array(baseFileSchema) });

export class Applied {
  readonly folder: string;
  readonly #record: string;
  readonly #contents: string;

  /** `folder` need not be there; everything lies in it. */
  constructor(folder: string) {
    this.folder = folder;
    this.#record = join(folder, 'record.json');
    this.#contents = join(folder, 'contents');
  }

  /** Each path once. Throws `apply-failed` where the record cannot be understood. */
  async files(): Promise<BaseFile[]> {
    const text = await unlessAbsent(readFile(this.#record, 'utf8'));
    if (text === undefined) return [];
    try {
      return recordSchema.parse(JSON.parse(text)).files;
    } catch (cause) {
      throw new SandboxError(
        'apply-failed',
        `${this.#record}, the record of what was applied, cannot be understood.`,
        'Remove it: what was applied is then listed again, and what changed since then has to be taken over by hand.',
        { cause },
      );
    }
  }

  /** A content that was applied. Throws `change-unknown` where it is not kept. */
  async content({ sha256, size }: Side): Promise<SentContent> {
    const file = this.#content(sha256);
    if ((await unlessAbsent(stat(file)))?.size === size) return { sha256, size, open: () => createReadStream(file) };
    throw new SandboxError(
      'change-unknown',
      `What was applied before is not kept: ${size} bytes with the SHA-256 ${sha256}.`,
      'Look at the new content, or apply the file without looking at its difference.',
    );
  }

  /** Makes the folder. Without it nothing is remembered, so that nothing stays of a sandbox that is closed meanwhile. */
  async prepare(): Promise<void> {
    await mkdir(this.#contents, { recursive: true, mode: 0o700 });
    await syncFolder(this.folder);
    await syncFolder(dirname(this.folder));
  }

  /**
   * Keeps what lies at a path of the workspace, unless it is too large for a patch anyway. False where that is not this
   * side. Throws `disk-full` or `apply-failed`.
   */
  async keep(host: Host, path: string, side: Side): Promise<boolean> {
    const file = this.#content(side.sha256);
    if (side.size > maxPatchedBytes || (await unlessAbsent(stat(file)))) return true;
    const hash = createHash('sha256');
    try {
      await replaceFile(file, async (handle) => {
        for await (const chunk of host.read(path, side)) {
          hash.update(chunk);
          await handle.writeFile(chunk);
        }
      });
      if (hash.digest('hex') === side.sha256) return true;
      await rm(file);
      return false;
    } catch (error) {
      throw failure(file, error);
    }
  }

  /** Returns once it is on disk that the workspace has these changes. */
  async add(changes: readonly Change[]): Promise<void> {
    if (!(await unlessAbsent(stat(this.folder)))) return;
    const files = new Map((await this.files()).map((file) => [file.path, file]));
    for (const { from } of changes) if (from !== undefined) files.set(from, { path: from, side: null });
    for (const change of changes) {
      const { path } = change;
      const side = newSide(change);
      files.set(path, { path, side: side ? { ...side, binary: await this.#isBinary(side) } : null });
    }
    const record: z.input<typeof recordSchema> = { version: 1, files: [...files.values()] };
    await replaceFile(this.#record, (handle) => handle.writeFile(JSON.stringify(record)));
    await this.#forgetAllBut(new Set([...files.values()].flatMap(({ side }) => side?.sha256 ?? [])));
  }

  /** For another sandbox that begins with this one's changes. */
  async copyTo(other: Applied): Promise<void> {
    await unlessAbsent(cp(this.folder, other.folder, { recursive: true, mode: constants.COPYFILE_FICLONE }));
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  #content(sha256: string): string {
    return join(this.#contents, sha256);
  }

  /** As `Change` says. What is too large to be kept is hardly text. */
  async #isBinary({ mode, sha256 }: Side): Promise<boolean> {
    if (mode === '120000') return false;
    const file = await unlessAbsent(open(this.#content(sha256)));
    if (!file) return true;
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(8000));
      return buffer.subarray(0, bytesRead).includes(0);
    } finally {
      await file.close();
    }
  }

  async #forgetAllBut(wanted: ReadonlySet<string>): Promise<void> {
    for (const name of await readdir(this.#contents)) {
      if (!wanted.has(name)) await rm(join(this.#contents, name), { force: true });
    }
  }
}

/** Notes down what of a run's changes the workspace has now. Throws `apply-failed`. */
export async function remember(journal: Journal, report: ApplyReport): Promise<void> {
  if (journal.applied === null) return;
  const paths = new Set(report.applied);
  const changes = journal.units.map(({ change }) => change).filter(({ path }) => paths.has(path));
  try {
    await new Applied(journal.applied).add(changes);
  } catch (cause) {
    if (cause instanceof SandboxError) throw cause;
    throw new SandboxError(
      'apply-failed',
      `The changes are in the workspace, but that cannot be noted down (${(cause as Error).message}).`,
      'Mend that and apply again; what the workspace has already is only noted down.',
      { cause },
    );
  }
}

async function unlessAbsent<T>(action: Promise<T>): Promise<T | undefined> {
  return action.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}
