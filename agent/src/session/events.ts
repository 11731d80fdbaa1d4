// What happens in a session, in the order in which it happens. The log is the session: all else is computed from it.
import type Anthropic from '@anthropic-ai/sdk';
import * as z from 'zod';
import { projectSchema } from '../project/index.js';

/** Raised when an older reader would misread a newer log. */
const logVersion = 2;

const usageSchema = z.object({
  /** Input tokens that no cache held. */
  input: z.number(),
  output: z.number(),
  cacheRead: z.number(),
  cacheWrite: z.number(),
});

/** A block of the API's own making: kept as it came, because it goes back as it came. */
const assistantBlockSchema = z.custom<Anthropic.ContentBlockParam>(
  (value) => z.looseObject({ type: z.string() }).safeParse(value).success,
);

const textBlock = z.object({ type: z.literal('text'), text: z.string() });
const imageBlock = z.object({
  type: z.literal('image'),
  mediaType: z.enum(['image/jpeg', 'image/png', 'image/gif', 'image/webp']),
  /** Base64. */
  data: z.string(),
});

const resultBlockSchema = z.discriminatedUnion('type', [
  textBlock,
  imageBlock,
  /** Loads the definition of a tool whose definition was held back. */
  z.object({ type: z.literal('tool-reference'), name: z.string() }),
]);
export type ResultBlock = z.infer<typeof resultBlockSchema>;

export const userBlockSchema = z.discriminatedUnion('type', [
  textBlock,
  imageBlock,
  /** What the user attached: a file, an issue. Its text is data, not the user's words, and is fenced as such. */
  z.object({ type: z.literal('resource'), uri: z.string(), name: z.string(), text: z.string() }),
]);
export type UserBlock = z.infer<typeof userBlockSchema>;

export const stepStatusSchema = z.enum(['pending', 'in_progress', 'done']);

export const planStepSchema = z.object({
  /** Stays with the step while the plan changes around it. */
  id: z.string(),
  title: z.string().min(1),
  status: stepStatusSchema,
});
export type PlanStep = z.infer<typeof planStepSchema>;

const failureSchema = z.object({ path: z.string(), reason: z.string() });

const stopReasonSchema = z.enum(['done', 'interrupted', 'refused', 'limit', 'stuck', 'failed']);
export type StopReason = z.infer<typeof stopReasonSchema>;

/** Why a call was made, or not: the verdict, and the rule behind it as people read it. */
const decisionSchema = z.object({ verdict: z.enum(['allow', 'ask', 'deny']), by: z.string() });

const kinds = [
  z.object({
    kind: z.literal('session'),
    version: z.literal(logVersion),
    id: z.string(),
    /** The folder that the user opened, absolute. */
    workspace: z.string(),
    model: z.string(),
    mode: z.enum(['ask', 'plan', 'build', 'auto']),
    /** The container image for commands, where it is not the default. */
    image: z.string().optional(),
    /** The session that this one began as a copy of, as it was before `prompt`; null for its end. */
    forkedFrom: z.object({ session: z.string(), prompt: z.int().nullable() }).optional(),
  }),
  z.object({ kind: z.literal('project'), project: projectSchema.nullable() }),
  /** The session goes on in this sandbox; `restored` names the checkpoint that its files come from. */
  z.object({ kind: z.literal('sandbox'), id: z.string(), restored: z.string().optional() }),
  z.object({ kind: z.literal('model'), name: z.string() }),
  z.object({ kind: z.literal('mode'), mode: z.enum(['ask', 'plan', 'build', 'auto']) }),
  /** `from: cofferdam` is what the loop itself tells the model. The user's are the prompts, numbered from 1. */
  z.object({
    kind: z.literal('message'),
    from: z.enum(['user', 'cofferdam']),
    content: z.array(userBlockSchema).min(1),
    /** Said while the model answered or its calls were open: it follows them. */
    queued: z.literal(true).optional(),
  }),
  /** The sandbox's files as they were before a prompt; `name` is null where they could not be kept, for `reason`. */
  z.object({
    kind: z.literal('checkpoint'),
    prompt: z.int(),
    name: z.string().nullable(),
    reason: z.string().optional(),
  }),
  z.object({
    kind: z.literal('answer'),
    content: z.array(assistantBlockSchema),
    stopReason: z.string(),
    usage: usageSchema,
    /** US dollars; null where the model's price is not known. */
    cost: z.number().nullable(),
    /** By call id: why its arguments cannot be used. */
    problems: z.record(z.string(), z.string()),
  }),
  z.object({ kind: z.literal('plan'), steps: z.array(planStepSchema), by: z.enum(['model', 'user']) }),
  /** `subject` is the call's id. A tool of `update_plan` means the plan. */
  z.object({
    kind: z.literal('approval'),
    subject: z.string(),
    tool: z.string(),
    allowed: z.boolean(),
    reason: z.string().optional(),
    /** The line that "always" wrote into the user's policy. */
    remembered: z.string().optional(),
  }),
  /** Written before the tool is asked: a start without a result means that nobody knows what came of it. */
  z.object({
    kind: z.literal('tool-start'),
    id: z.string(),
    tool: z.string(),
    readOnly: z.boolean(),
    input: z.record(z.string(), z.unknown()),
    /** The step of the plan that was in progress. */
    step: z.string().optional(),
    decision: decisionSchema,
  }),
  z.object({
    kind: z.literal('tool-result'),
    id: z.string(),
    tool: z.string(),
    content: z.array(resultBlockSchema),
    isError: z.boolean(),
    durationMs: z.number(),
    /** The name of the text that this is, where it holds words from outside: "issue #4", "src/a.ts". */
    source: z.string().optional(),
  }),
  /** The results of these calls no longer go to the model. */
  z.object({ kind: z.literal('cleared'), ids: z.array(z.string()) }),
  /** The conversation so far is replaced by this. */
  z.object({
    kind: z.literal('compacted'),
    content: z.array(userBlockSchema).min(1),
    /** Of the summary that the model wrote, where it could be asked. */
    usage: usageSchema.optional(),
    /** US dollars; null where the model's price is not known. */
    cost: z.number().nullable().optional(),
  }),
  /** The conversation is as it was before this prompt. So are the files once a `sandbox` says that the checkpoint was restored. */
  z.object({ kind: z.literal('rewound'), prompt: z.int(), checkpoint: z.string().nullable() }),
  z.object({ kind: z.literal('stop'), reason: stopReasonSchema, message: z.string() }),
  z.object({
    kind: z.literal('applied'),
    applied: z.array(z.string()),
    conflicts: z.array(failureSchema),
    refused: z.array(failureSchema),
  }),
  /** For the user alone. */
  z.object({ kind: z.literal('notice'), text: z.string() }),
] as const;

export type SessionEvent = z.infer<(typeof kinds)[number]>;

/** A line of the log. `time` is ISO 8601, UTC. */
export const logLineSchema = z.discriminatedUnion(
  'kind',
  kinds.map((kind) => kind.extend({ time: z.string() })) as unknown as typeof kinds,
);
export type LoggedEvent = SessionEvent & { time: string };
