// What a check is: a look at one thing this machine needs, and, where a program can do it, the mending.

export type Finding =
  | { state: 'ok'; detail: string }
  /** Works, but a person should know. */
  | { state: 'warning'; detail: string; remedy: string }
  /** Does not work; `remedy` is one command, or one sentence where no command does it. */
  | { state: 'problem'; detail: string; remedy: string }
  | { state: 'skipped'; detail: string };

/** Takes one line about what is being done at this moment. */
export type Progress = (step: string) => void;

export interface Check {
  name: string;
  /** Names of the checks that must not have a problem for this one to mean anything. */
  needs?: readonly string[];
  look(): Promise<Finding>;
  /** Undefined where this machine gives no way to mend it. */
  mend?: ((progress: Progress) => Promise<void>) | undefined;
}
