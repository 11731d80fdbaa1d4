// What the policy is asked, and what it answers.

/**
 * `ask`: reads only. `plan`: reads only until the user approved the plan, then as `auto`. `build`: commands that are not
 * known tests, builds or readers ask. `auto`: what stays in the sandbox runs.
 */
export const sessionModes = ['ask', 'plan', 'build', 'auto'] as const;
export type SessionMode = (typeof sessionModes)[number];

/** From the mildest to the strictest. */
export const verdicts = ['allow', 'ask', 'deny'] as const;
export type Verdict = (typeof verdicts)[number];

export interface CallFacts {
  /** `files`, `gitlab`, `commands`, or a third party's such as `weather`. */
  server: string;
  /** The server's own name for it: `edit_file`, `create_note`. */
  tool: string;
  input: Record<string, unknown>;
  /** The server's word; believed only of our own servers. */
  readOnly: boolean;
  /** Reaches beyond the sandbox. */
  outward: boolean;
  /** False for third-party servers. */
  ours: boolean;
}

export interface Situation {
  mode: SessionMode;
  planApproved: boolean;
  /** What text from outside the conversation holds, newest first, a few words each. */
  basedOn: readonly string[];
}

export type RuleLayer = 'default' | 'mode' | 'outside-text' | 'organisation' | 'user' | 'repository';

export interface RuleSource {
  layer: RuleLayer;
  /** Absolute path, for the layers that are files. */
  file?: string;
  /** From 1. */
  line?: number;
  /** The rule as it is written, or the name of the default. */
  text: string;
  verdict: Verdict;
  /** Why it counts for something else than it says. */
  note?: string;
}

export interface Decision {
  verdict: Verdict;
  /** One sentence for people and the model. */
  reason: string;
  decidedBy: RuleSource;
  /** Every rule that matched, the strongest first. */
  considered: RuleSource[];
  /** The rules that "always" would write into the user's file; undefined where none would help. */
  always?: { allow: string; deny: string };
}

export function strictest(one: Verdict, other: Verdict): Verdict {
  return verdicts.indexOf(one) >= verdicts.indexOf(other) ? one : other;
}
