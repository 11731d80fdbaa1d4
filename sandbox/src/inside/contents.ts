// Contents that come along with a request, in files of their own while it is answered.
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ByteReader } from '../changes/byte-reader.js';
import { maxPayload } from '../changes/protocol.js';
import type { Content } from '../changes/types.js';
import { SandboxError } from '../errors.js';

export class Contents {
  readonly #folder = join(tmpdir(), `contents-${randomUUID()}`);
  readonly #received = new Set<string>();
  #failure: unknown;

  /** Takes all of them off the stream, even where there is no room: the next request comes after them. */
  static async receive(wanted: readonly Content[], from: ByteReader): Promise<Contents> {
    const contents = new Contents();
    await contents.#attempt(() => mkdir(contents.#folder));
    try {
      for (const content of wanted) await contents.#take(content, from);
      return contents;
    } catch (error) {
      await contents.remove();
      throw error;
    }
  }

  /** Undefined where it did not come along. Throws `disk-full` where it could not be kept. */
  get(sha256: string): AsyncIterable<Buffer> | undefined {
    if (this.#failure !== undefined) {
      throw new SandboxError(
        'disk-full',
        `The tools container cannot keep what was applied while it makes the patch (${this.#failure}).`,
        'Name fewer paths.',
        { cause: this.#failure },
      );
    }
    return this.#received.has(sha256) ? createReadStream(join(this.#folder, sha256)) : undefined;
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #take({ sha256, size }: Content, from: ByteReader): Promise<void> {
    const file = join(this.#folder, sha256);
    await this.#attempt(() => writeFile(file, ''));
    for (let left = size; left > 0; ) {
      const part = await from.bytes(Math.min(left, maxPayload));
      left -= part.length;
      await this.#attempt(() => appendFile(file, part));
    }
    this.#received.add(sha256);
  }

  async #attempt(action: () => Promise<unknown>): Promise<void> {
    if (this.#failure !== undefined) return;
    try {
      await action();
    } catch (error) {
      this.#failure = error;
    }
  }
}
