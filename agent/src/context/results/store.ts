// Results that were too long for the conversation, beside the session's log.
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes of all results of a session. */
const defaultMost = 200 * 1024 * 1024;

export class ResultStore {
  readonly #folder: string;
  readonly #most: number;
  #used: number | undefined;

  /** `folder` is the session's own. */
  constructor(folder: string, most = defaultMost) {
    this.#folder = join(folder, 'results');
    this.#most = most;
  }

  /** Why it could not be kept, undefined when it was. Never throws: a result that is cut is still a result. */
  keep(id: string, text: string): string | undefined {
    const file = this.#fileOf(id);
    if (file === undefined) return 'the id of the call cannot be the name of a file';
    const bytes = Buffer.from(text);
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      this.#used ??= sizeOf(this.#folder);
      if (this.#used + bytes.length > this.#most) return 'the session keeps too many results already';
      writeFileSync(file, bytes, { flag: 'wx', mode: 0o600 });
      this.#used += bytes.length;
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  /** Undefined when it was not kept. */
  read(id: string): string | undefined {
    const file = this.#fileOf(id);
    if (file === undefined) return undefined;
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Ids come from the model's API, which may be anybody's. */
  #fileOf(id: string): string | undefined {
    return /^[A-Za-z0-9_-]{1,100}$/.test(id) ? join(this.#folder, `${id}.txt`) : undefined;
  }
}

function sizeOf(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}
