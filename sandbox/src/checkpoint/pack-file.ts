// Contents one after the other in one file.
import { createHash } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { guard, renameDurably } from './files.js';
import type { Content } from './manifest.js';

/** Small contents are written together. */
const BUFFER = 1024 * 1024;

export class PackWriter {
  readonly id: string;
  readonly #path: string;
  #handle: FileHandle | undefined;
  #size = 0;
  #waiting: Buffer[] = [];
  #waitingSize = 0;

  /** The file is made when there is something to write. */
  constructor(id: string, path: string) {
    this.id = id;
    this.#path = path;
  }

  /** Bytes so far. */
  get size(): number {
    return this.#size;
  }

  /** Adds a content and says where it is. Where `chunks` fails, what came of it stays in the file, named by nobody. */
  async add(chunks: AsyncIterable<Buffer>): Promise<{ content: Exclude<Content, string>; size: number }> {
    const offset = this.#size;
    const hash = createHash('sha256');
    for await (const chunk of chunks) {
      hash.update(chunk);
      this.#size += chunk.length;
      this.#waiting.push(chunk);
      this.#waitingSize += chunk.length;
      if (this.#waitingSize >= BUFFER) await this.#flush();
    }
    return { content: { pack: this.id, offset, sha256: hash.digest('hex') }, size: this.#size - offset };
  }

  /** Resolves when all of it is on disk, as `path`. */
  finish(path: string): Promise<void> {
    return guard(async () => {
      await this.#flush();
      await this.#handle?.sync();
      await this.#close();
      await renameDurably(this.#path, path);
    });
  }

  async discard(): Promise<void> {
    await this.#close();
    await rm(this.#path, { force: true });
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.concat(this.#waiting);
    [this.#waiting, this.#waitingSize] = [[], 0];
    await guard(async () => {
      this.#handle ??= await open(this.#path, 'wx', 0o600);
      await this.#handle.appendFile(bytes);
    });
  }

  async #close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }
}
