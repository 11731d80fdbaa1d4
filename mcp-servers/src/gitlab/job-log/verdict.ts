// The runner's last word: `ERROR: Job failed: exit code 1`.

export type Cause =
  /** A command of the script failed, or something the runner does after it. */
  | 'script'
  | 'timeout'
  /** The image of the job cannot be had. */
  | 'image'
  /** The runner or what it runs on failed. */
  | 'runner'
  | 'canceled'
  | 'succeeded'
  /** There is no last word: the job still runs, or the log was cut off. */
  | 'unfinished';

const causes: readonly (readonly [RegExp, Cause])[] = [
  [/^Job succeeded/, 'succeeded'],
  [/^ERROR: Job failed.*(?:took longer than|deadline exceeded)/, 'timeout'],
  [/^ERROR: Job failed.*(?:pull image|image pull|ImagePull|InvalidImageName)/i, 'image'],
  [/^ERROR: Job failed \(system failure\)/, 'runner'],
  [/^ERROR: Job failed: (?:canceled|aborted)/, 'canceled'],
  [/^ERROR: Job failed/, 'script'],
];

export function verdictIn(text: string): Cause | undefined {
  return causes.find(([pattern]) => pattern.test(text))?.[1];
}
