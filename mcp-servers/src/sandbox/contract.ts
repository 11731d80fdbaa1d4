// What the keeper's tools take and answer: for the server, and for the agent on the other side.
import { changeSetSchema } from '@cofferdam/sandbox/changes';
import * as z from 'zod';

const notices = z.array(z.string()).describe('What the user should be told');
const failures = z.array(z.object({ path: z.string(), reason: z.string() }));
const path = z.string().describe('Relative to the root of the workspace');
const checkpoint = z.string().regex(/^[\w.-]{1,100}$/);

/** By tool: its input and its structured result. */
export const keeperContract = {
  open: {
    input: z.object({
      workspace: z.string().describe('A folder of this machine, absolute'),
      image: z.string().optional().describe('Image that commands run in'),
    }),
    output: z.object({
      id: z.string(),
      workspace: z.string().describe('The root of the workspace'),
      folder: z.string().describe('What was opened, below the root'),
      image: z.string(),
      createdAt: z.string(),
      notices,
    }),
  },
  attach: {
    input: z.object({ id: z.string() }),
    output: z.object({
      id: z.string(),
      workspace: z.string(),
      folder: z.string(),
      image: z.string(),
      createdAt: z.string(),
      notices,
    }),
  },
  changes: { input: z.object({ include_ignored: z.boolean().default(false) }), output: changeSetSchema },
  patch: {
    input: z.object({ paths: z.array(path).optional(), max_bytes: z.int().positive().default(1_000_000) }),
    output: z.object({ patch: z.string(), more: z.boolean() }),
  },
  read: {
    input: z.object({ path, side: z.enum(['old', 'new']), max_bytes: z.int().positive().default(1_000_000) }),
    output: z.object({ text: z.string().nullable().describe('null: not UTF-8'), more: z.boolean() }),
  },
  apply: {
    input: z.object({ paths: z.array(path).optional().describe('Default: all changes') }),
    output: z.object({ applied: z.array(z.string()), conflicts: failures, refused: failures }),
  },
  checkpoint: {
    input: z.object({ name: checkpoint }),
    output: z.object({ files: z.int(), bytes: z.int() }),
  },
  restore: {
    input: z.object({ name: checkpoint }),
    output: z.object({ restored: z.int(), removed: z.int(), conflicts: failures }),
  },
  fork: {
    input: z.object({ name: checkpoint, checkpoints: z.string().describe('Folder for the checkpoints of the fork') }),
    output: z.object({ id: z.string(), conflicts: failures, notices }),
  },
  close: { input: z.object({}), output: z.object({}) },
} as const satisfies Record<string, { input: z.ZodObject; output: z.ZodObject }>;
