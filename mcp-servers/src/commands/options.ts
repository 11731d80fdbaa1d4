// What several tools' definitions share.
import * as z from 'zod';
import type { Tool } from '../kit/index.js';

export const commandInput = {
  command: z.string().min(1).describe('For bash, or sh where there is no bash'),
  cwd: z.string().default('.').describe('Relative to the workspace'),
};

/** A command may do anything inside of the sandbox, which has no network. */
export const executing: Tool['annotations'] = {
  readOnlyHint: false,
  destructiveHint: true,
  idempotentHint: false,
  openWorldHint: false,
};
