// A part of a job that can be why it failed: the script, or one of the runner's own steps.
import { Excerpt, merge } from './excerpt.js';
import type { LogLine } from './line.js';

/** The runner's steps, by the names of their sections. */
const steps: Record<string, Role> = {
  resolve_secrets: 'preparation',
  prepare_executor: 'preparation',
  prepare_script: 'preparation',
  get_sources: 'preparation',
  clear_worktree: 'preparation',
  restore_cache: 'preparation',
  download_artifacts: 'preparation',
  upload_artifacts_on_success: 'delivery',
  after_script: 'aftermath',
  archive_cache: 'aftermath',
  archive_cache_on_failure: 'aftermath',
  upload_artifacts_on_failure: 'aftermath',
  cleanup_file_variables: 'aftermath',
};

/**
 * `preparation` is the cause only if the script never began, `delivery` follows a script that succeeded, and `aftermath`
 * changes nothing about the result.
 */
export type Role = 'preparation' | 'script' | 'delivery' | 'aftermath';

/** By its outermost section: sections inside the script are the script's own. */
export function roleOf(section: string): Role {
  return steps[section] ?? 'script';
}

export class Part {
  readonly section: string | null;
  readonly #size: number;
  /** Of the last command. */
  #excerpt: Excerpt;
  /** Of the last command before it that seemed to go wrong. */
  #suspect: Excerpt | undefined;
  #echoes = false;

  constructor(section: string | null, size: number) {
    this.section = section;
    this.#size = size;
    this.#excerpt = new Excerpt(size);
  }

  add(line: LogLine): void {
    if (!this.#isCommand(line)) {
      this.#excerpt.add(line);
      return;
    }
    if (this.#excerpt.found) this.#suspect = this.#excerpt;
    this.#excerpt = new Excerpt(this.#size, line);
  }

  get command(): string | null {
    return this.#excerpt.command?.text.replace(/^\$ /, '') ?? null;
  }

  /** A script stops at the command that fails; but where that one says nothing (`exit $status`), the reason came before. */
  lines(): LogLine[] {
    const last = this.#excerpt.lines();
    return this.#suspect && !this.#excerpt.found ? merge(this.#suspect.lines(), last) : last;
  }

  /** Logs that lost their colours show commands by the dollar sign alone, which output may have too. */
  #isCommand({ command, text }: LogLine): boolean {
    this.#echoes ||= command === true;
    return command === true || (!this.#echoes && /^\$ \S/.test(text));
  }
}
