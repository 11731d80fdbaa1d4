// What happens in a session, in the order in which it happens. The log is the session: all else is computed from it.
import type Anthropic from '@anthropic-ai/sdk';
import * as z from 'zod';
import { projectSchema } from '../project/index.js';

/** Raised when an older reader would misread a newer log. */
const logVersion = 1;

const usageSchema = z.object({
  input: z.number(),
  output: z.number(),
  cacheRead: z.number(),
  cacheWrite: z.number(),
});

/** A block of the API's own making: kept as it came, because it goes back as it came. */
const assistantBlockSchema = z.custom<Anthropic.ContentBlockParam>(
  (value) => z.looseObject({ type: z.string() }).safeParse(value).success,
);

const resultBlockSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({
    type: z.literal('image'),
    mediaType: z.enum(['image/jpeg', 'image/png', 'image/gif', 'image/webp']),
    data: z.string(),
  }),
]);
export type ResultBlock = z.infer<typeof resultBlockSchema>;

export const planStepSchema = z.object({
  title: z.string().min(1).describe('What the step achieves, in a few words'),
  status: z.enum(['pending', 'in_progress', 'done']),
});
export type PlanStep = z.infer<typeof planStepSchema>;

const failureSchema = z.object({ path: z.string(), reason: z.string() });

const stopReasonSchema = z.enum(['done', 'interrupted', 'refused', 'limit', 'stuck', 'failed']);
export type StopReason = z.infer<typeof stopReasonSchema>;

const kinds = [
  z.object({
    kind: z.literal('session'),
    version: z.literal(logVersion),
    id: z.string(),
    workspace: z.string(),
    model: z.string(),
    project: projectSchema.optional(),
  }),
  z.object({ kind: z.literal('sandbox'), id: z.string() }),
  /** `from: cofferdam` is what the loop itself tells the model. */
  z.object({ kind: z.literal('message'), from: z.enum(['user', 'cofferdam']), text: z.string() }),
  z.object({
    kind: z.literal('answer'),
    content: z.array(assistantBlockSchema),
    stopReason: z.string(),
    usage: usageSchema,
    /** By call id: why its arguments cannot be used. */
    problems: z.record(z.string(), z.string()),
  }),
  z.object({ kind: z.literal('plan'), steps: z.array(planStepSchema) }),
  /** `subject` is the call's id. */
  z.object({
    kind: z.literal('approval'),
    subject: z.string(),
    tool: z.string(),
    allowed: z.boolean(),
    reason: z.string().optional(),
  }),
  /** Written before the tool is asked: a start without a result means that nobody knows what came of it. */
  z.object({
    kind: z.literal('tool-start'),
    id: z.string(),
    tool: z.string(),
    readOnly: z.boolean(),
    input: z.record(z.string(), z.unknown()),
  }),
  z.object({
    kind: z.literal('tool-result'),
    id: z.string(),
    tool: z.string(),
    content: z.array(resultBlockSchema),
    isError: z.boolean(),
    durationMs: z.number(),
  }),
  z.object({ kind: z.literal('stop'), reason: stopReasonSchema, message: z.string() }),
  z.object({
    kind: z.literal('applied'),
    applied: z.array(z.string()),
    conflicts: z.array(failureSchema),
    refused: z.array(failureSchema),
  }),
] as const;

export type SessionEvent = z.infer<(typeof kinds)[number]>;

/** A line of the log. `time` is ISO 8601, UTC. */
export const logLineSchema = z.discriminatedUnion(
  'kind',
  kinds.map((kind) => kind.extend({ time: z.string() })) as unknown as typeof kinds,
);
