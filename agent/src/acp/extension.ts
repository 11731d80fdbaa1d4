// What Cofferdam's own clients may ask of the agent beyond the Agent Client Protocol. Both sides read it from here.
import { changeSetSchema } from '@cofferdam/sandbox/changes';
import * as z from 'zod';
import type { LiveEvent } from '../loop/index.js';
import { sessionModes } from '../policy/index.js';
import { planStepSchema, type SessionEvent } from '../session/index.js';

/** What happens with the changes at the end of a turn. */
export const applyChoices = ['ask', 'always', 'never'] as const;
export type ApplyChoice = (typeof applyChoices)[number];

export const exportFormats = ['markdown', 'json'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Keys of `_meta`. */
export const metaKeys = {
  /** In clientCapabilities: true when the client wants `_cofferdam/event`. */
  events: 'cofferdam/events',
  /** In session/new, session/load and session/resume: how the session begins, or goes on (but for `image`). */
  apply: 'cofferdam/apply',
  mode: 'cofferdam/mode',
  model: 'cofferdam/model',
  image: 'cofferdam/image',
  limits: 'cofferdam/limits',
  /** In an answer to session/request_permission: the user's words for the model. */
  reason: 'cofferdam/reason',
  /** In an answer to a request for permission about a plan: the steps as the user edited them. */
  plan: 'cofferdam/plan',
  /** In a request for permission: the question as data, see `cardSchema`. */
  card: 'cofferdam/card',
  /** In a user_message_chunk and in an answer to session/prompt: the number that `rewind` and `fork` take. */
  prompt: 'cofferdam/prompt',
  /** In an answer to session/prompt: how the run ended, see `outcomeSchema`. */
  outcome: 'cofferdam/outcome',
  /** In a tool call: the verdict and the rule behind it, and the step of the plan that it belongs to (also in plan entries). */
  decision: 'cofferdam/decision',
  step: 'cofferdam/step',
  /** In session/list: how the session last stopped, its model, and its sandbox. */
  session: 'cofferdam/session',
  /** In the data of a JSON-RPC error: `code` and `remedy`. */
  error: 'cofferdam/error',
} as const;

/** `_meta` of session/new, session/load and session/resume. */
export const newSessionMetaSchema = z.looseObject({
  [metaKeys.apply]: z.enum(applyChoices).optional(),
  [metaKeys.mode]: z.enum(sessionModes).optional(),
  [metaKeys.model]: z.string().min(1).optional(),
  [metaKeys.image]: z.string().min(1).optional(),
  /** Narrow those of the policy: the smaller of two holds. Minutes, and US dollars. */
  [metaKeys.limits]: z
    .object({
      turns: z.int().positive(),
      tokens: z.int().positive(),
      minutes: z.number().positive(),
      money: z.number().positive(),
    })
    .partial()
    .optional(),
});

/** How a run ended, in the words of the session's log: ACP knows fewer. */
export const outcomeSchema = z.object({
  reason: z.enum(['done', 'interrupted', 'refused', 'limit', 'stuck', 'failed']),
  message: z.string(),
});

/** Why a question is asked, for clients that draw cards of their own. */
export const cardSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('plan'), steps: z.array(planStepSchema) }),
  z.object({
    kind: z.literal('call'),
    tool: z.string(),
    title: z.string(),
    input: z.record(z.string(), z.unknown()),
    reason: z.string(),
    /** The rule that decided, as people read it. */
    decidedBy: z.string(),
    /** The lines that "always" would write. */
    always: z.object({ allow: z.string(), deny: z.string() }).optional(),
  }),
  /** Files that differ from the workspace's. */
  z.object({ kind: z.literal('apply'), paths: z.array(z.string()) }),
  /** A third-party server is to be used, or has changed. */
  z.object({ kind: z.literal('server'), server: z.string(), from: z.string(), title: z.string() }),
]);
export type Card = z.infer<typeof cardSchema>;

const sessionId = z.string();
const failures = z.array(z.object({ path: z.string(), reason: z.string() }));
const paths = z.array(z.string()).optional();
const nothing = z.object({});

export const statusSchema = z.object({
  workspace: z.string(),
  mode: z.enum(sessionModes),
  model: z.string(),
  apply: z.enum(applyChoices),
  running: z.boolean(),
  /** The number of the last prompt; 0 before the first. */
  prompt: z.int(),
  plan: z.array(planStepSchema),
  planApproved: z.boolean(),
  /** Null until it is open. */
  sandbox: z.string().nullable(),
  servers: z.array(z.object({ name: z.string(), tools: z.int() })),
  /** Tokens, over the whole session. */
  usage: z.object({ input: z.number(), output: z.number(), cacheRead: z.number(), cacheWrite: z.number() }),
  turns: z.int(),
  /** The share of input tokens that came from the cache, 0 to 1. */
  hitRate: z.number(),
  /** US dollars; null where a price is not known. */
  cost: z.number().nullable(),
  /** Tokens in the context, and how many fit. */
  context: z.object({ used: z.number(), size: z.number() }),
});
export type Status = z.infer<typeof statusSchema>;

/** Requests from the client to the agent. Each fails with a JSON-RPC error as docs/acp.md says. */
export const requests = {
  changes: {
    method: '_cofferdam/changes',
    params: z.object({ sessionId, includeIgnored: z.boolean().optional() }),
    result: changeSetSchema,
  },
  /** A unified diff, of at most `maxBytes` (default: 1 MB). `more`: it was cut. */
  patch: {
    method: '_cofferdam/patch',
    params: z.object({ sessionId, paths, maxBytes: z.int().positive().max(16_000_000).optional() }),
    result: z.object({ patch: z.string(), more: z.boolean() }),
  },
  /** Writes the changes, or those to `paths`, to the workspace. */
  apply: {
    method: '_cofferdam/apply',
    params: z.object({ sessionId, paths }),
    result: z.object({ applied: z.array(z.string()), conflicts: failures, refused: failures }),
  },
  /** Conversation and files as they were before that prompt. */
  rewind: {
    method: '_cofferdam/rewind',
    params: z.object({ sessionId, prompt: z.int().positive() }),
    result: nothing,
  },
  /** Another session, from before that prompt or from here. Load or resume it to use it. */
  fork: {
    method: '_cofferdam/fork',
    params: z.object({ sessionId, prompt: z.int().positive().optional() }),
    result: z.object({ sessionId }),
  },
  /** The plan as the user edited it. */
  plan: {
    method: '_cofferdam/plan',
    params: z.object({ sessionId, steps: z.array(planStepSchema).max(100), approve: z.boolean().optional() }),
    result: nothing,
  },
  /** Makes the model go on from where it stopped; answers like session/prompt. */
  continue: {
    method: '_cofferdam/continue',
    params: z.object({ sessionId }),
    result: z.looseObject({ stopReason: z.string() }),
  },
  export: {
    method: '_cofferdam/export',
    params: z.object({ sessionId, format: z.enum(exportFormats) }),
    result: z.object({ text: z.string() }),
  },
  /** Ends the session like session/close; with `removeSandbox` its sandbox and the files in it go too. */
  close: {
    method: '_cofferdam/close',
    params: z.object({ sessionId, removeSandbox: z.boolean().optional() }),
    result: nothing,
  },
  status: {
    method: '_cofferdam/status',
    params: z.object({ sessionId }),
    result: statusSchema,
  },
} as const;

export type RequestName = keyof typeof requests;
export type Params<Name extends RequestName> = z.infer<(typeof requests)[Name]['params']>;
export type Result<Name extends RequestName> = z.infer<(typeof requests)[Name]['result']>;

/** What happens in a session, as it happens, in the loop's own words. */
export const eventNotification = {
  method: '_cofferdam/event',
  params: z.object({
    sessionId,
    event: z.custom<SessionEvent | LiveEvent>((value) => z.looseObject({ kind: z.string() }).safeParse(value).success),
  }),
} as const;
