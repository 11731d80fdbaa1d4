// A file of ours that holds JSON: read whole, replaced whole.
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import { AgentError } from '../../errors.js';

export class JsonFile<Content> {
  readonly #file: string;
  readonly #schema: z.ZodType<Content>;
  readonly #empty: Content;

  /** `empty` is what a file that is not there holds. */
  constructor(file: string, schema: z.ZodType<Content>, empty: Content) {
    this.#file = file;
    this.#schema = schema;
    this.#empty = empty;
  }

  /** Throws `settings-damaged`. */
  read(): Content {
    let text: string;
    try {
      text = readFileSync(this.#file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return this.#empty;
      throw this.#damaged((error as Error).message);
    }
    try {
      return this.#schema.parse(JSON.parse(text));
    } catch (error) {
      throw this.#damaged(error instanceof z.ZodError ? z.prettifyError(error) : 'it is no JSON');
    }
  }

  /** Without a pause between reading and replacing, so that what another process writes is not lost. For this user's eyes only. */
  update(change: (content: Content) => Content): void {
    const text = `${JSON.stringify(change(this.read()), null, 2)}\n`;
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
    const unfinished = `${this.#file}.${randomBytes(6).toString('hex')}`;
    const handle = openSync(unfinished, 'wx', 0o600);
    try {
      writeSync(handle, text);
      fsyncSync(handle);
      renameSync(unfinished, this.#file);
    } catch (error) {
      rmSync(unfinished, { force: true });
      throw error;
    } finally {
      closeSync(handle);
    }
  }

  #damaged(why: string): AgentError {
    return new AgentError('settings-damaged', `${this.#file} cannot be used: ${why}`, 'Correct it, or delete it.');
  }
}
