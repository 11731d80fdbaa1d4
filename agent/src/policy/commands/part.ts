// A command line taken apart: each simple command in it is decided by itself.
import type { Word } from './word.js';

/** A command as it is written, or the one that it starts: `timeout 5 npm test` and `npm test`. */
export interface View {
  /** The program and its arguments. */
  words: readonly Word[];
  /** `NAME=value` before the program. */
  assignments: readonly Word[];
  /** Whether allowing these words allows all that the command does. */
  covers: boolean;
}

export interface Doubt {
  /** A clause: "it writes to /etc/passwd". */
  why: string;
  /** It may run a command that cannot be seen. */
  hides: boolean;
}

export interface CommandPart {
  /** From the outside in. */
  views: readonly View[];
  /** Why it does more than words say: then only a rule without words allows it. */
  doubt?: Doubt;
}

export function sourceOf({ words, assignments }: View): string {
  return [...assignments, ...words].map(({ source }) => source).join(' ');
}
