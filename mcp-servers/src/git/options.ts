// What several tools' definitions share.
import * as z from 'zod';

export const paths = z.array(z.string()).max(100);

/** Paging by lines of text. */
export const linePage = {
  offset: z.int().min(0).default(0).describe('Lines to skip'),
  limit: z.int().min(1).max(2000).default(500).describe('Lines to show'),
};

/** No driver, no textconv, no color, no submodule's own Git. For every command that makes a diff. */
export const DIFF_FLAGS = [
  '--no-ext-diff',
  '--no-textconv',
  '--no-color',
  '--ignore-submodules=dirty',
  '--submodule=short',
] as const;

/** The annotations of a tool that changes the repository, and loses nothing. */
export const additive = { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false };
