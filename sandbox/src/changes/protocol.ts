// What the host and the workspace reader in the tools container say to each other over one stdin and stdout.
//
// A request is a line of JSON, and the contents that a `patch` request names follow it. Its answer is a row of frames
// with the same id: any number of `data`, then one `end` or `error`. A frame is a line of JSON; a `data` line is followed
// by `length` bytes. Requests are answered in order, and `cancel` cuts the answer that is being sent short: its `end`
// still comes.
import * as z from 'zod';
import { wantedSchema } from '../checkpoint/state.js';
import { SandboxError } from '../errors.js';
import { baseFileSchema, contentSchema } from './types.js';

/** Bytes in one `data` frame; large enough that headers cost nothing, small enough to cancel between two. */
export const maxPayload = 256 * 1024;
export const maxFrameLine = 64 * 1024;
/** A `patch` request may name every file of a large change. */
export const maxRequestLine = 64 * 1024 * 1024;

const id = z.int().positive();
/** What is not in the workspace as the snapshot has it; left out where there is nothing. */
const base = z.array(baseFileSchema).optional();

export const requestSchema = z.discriminatedUnion('method', [
  z.strictObject({ id, method: z.literal('changes'), includeIgnored: z.boolean(), base }),
  z.strictObject({ id, method: z.literal('read'), path: z.string(), side: z.enum(['new', 'old']) }),
  z.strictObject({
    id,
    method: z.literal('patch'),
    paths: z.array(z.string()).optional(),
    base,
    /** Contents of `base` that follow the line, one after the other. */
    contents: z.array(contentSchema).optional(),
  }),
  z.strictObject({ id, method: z.literal('state') }),
  z.strictObject({ id, method: z.literal('pack'), wanted: z.array(wantedSchema) }),
  z.strictObject({ id, method: z.literal('cancel') }),
]);
type Request = z.infer<typeof requestSchema>;
/** A request that has an answer. */
export type Query = Exclude<Request, { method: 'cancel' }>;

export const frameSchema = z.discriminatedUnion('type', [
  z.strictObject({ id, type: z.literal('data'), length: z.int().positive().max(maxPayload) }),
  z.strictObject({ id, type: z.literal('end') }),
  z.strictObject({
    id,
    type: z.literal('error'),
    code: z.enum(['path-invalid', 'change-unknown', 'workspace-unusable', 'disk-full']),
    message: z.string(),
    remedy: z.string(),
  }),
]);
export type Frame = z.infer<typeof frameSchema>;

/** What either side throws when the other breaks these rules. */
export function protocolError(problem: string): SandboxError {
  return new SandboxError(
    'protocol',
    `The workspace reader and the host do not understand each other: ${problem}.`,
    'Close the sandbox and open it again; if this happens twice, rebuild the tools image.',
  );
}

/** Undefined, which no schema here accepts, where the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The other side is gone, in the middle of something or not. */
export function lost(cause?: unknown): SandboxError {
  return new SandboxError(
    'runner-lost',
    'The workspace reader inside the sandbox ended.',
    'Open the sandbox again; what the session changed is kept in its volume.',
    { cause },
  );
}
