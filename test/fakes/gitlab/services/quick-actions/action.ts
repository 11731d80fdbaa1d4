import type { Context } from '../../http/context.js';
import { type AccessLevel, access, type Epic, type Issue, type MergeRequest } from '../../world/types.js';
import type { Changes } from '../issuables/changes.js';

export type Target = Issue | MergeRequest | Epic;

/** What a command comes to. */
export interface Outcome {
  changes?: Changes;
  /** In the past tense, as the answer has it: `Closed this issue.` */
  summary: string;
  /** What is more than a change of fields. */
  effect?: () => void;
}

/** Undefined where the command cannot be applied to the target, as it is or with that argument. */
export type Action<T extends Target = Target> = (given: {
  target: T;
  argument: string;
  context: Context<unknown>;
  /** What the commands before it came to. */
  soFar: Changes;
}) => Outcome | undefined;

export interface QuickAction {
  kinds: readonly Target['kind'][];
  /** That the user needs; authors of the target do with `own`. */
  level: AccessLevel;
  own?: boolean;
  act: Action<never>;
}

export const onIssues = (act: Action<Issue>, level: AccessLevel = access.planner): QuickAction => ({
  kinds: ['issue'],
  level,
  act,
});

export const onMergeRequests = (act: Action<MergeRequest>, level: AccessLevel = access.developer): QuickAction => ({
  kinds: ['merge_request'],
  level,
  act,
});

export const onBoth = (act: Action<Issue | MergeRequest>): QuickAction => ({
  kinds: ['issue', 'merge_request'],
  level: access.planner,
  act,
});

export const onAll = (act: Action): QuickAction => ({
  kinds: ['issue', 'merge_request', 'epic'],
  level: access.planner,
  own: true,
  act,
});

export const nounOf = ({ kind }: Target): string => kind.replace('_', ' ');
