// What a call changes in a file, as far as its arguments tell.
import type { Diff, ToolCallContent } from '@agentclientprotocol/sdk';
import * as z from 'zod';
import { absolute } from './paths.js';

/** Characters of all texts of one call's diffs; longer ones are left to the review. */
const maxText = 100_000;

const editInput = z.object({
  path: z.string(),
  edits: z.array(z.object({ old_text: z.string(), new_text: z.string() })),
});
const writeInput = z.object({ path: z.string(), content: z.string() });

/** Empty for calls that edit no file, and where the arguments are not what the tool takes. */
export function editsOf(tool: string, input: Readonly<Record<string, unknown>>, root: string): ToolCallContent[] {
  const diffs = tool === 'files__edit_file' ? fromEdit(input) : tool === 'files__write_file' ? fromWrite(input) : [];
  const size = diffs.reduce((sum, { oldText, newText }) => sum + (oldText?.length ?? 0) + newText.length, 0);
  if (size > maxText) return [];
  return diffs.flatMap((diff) => {
    const path = absolute(root, diff.path);
    return path === undefined ? [] : [{ type: 'diff', ...diff, path }];
  });
}

function fromEdit(input: unknown): Diff[] {
  const { data } = editInput.safeParse(input);
  return (data?.edits ?? []).map(({ old_text, new_text }) => ({
    path: data?.path ?? '',
    oldText: old_text,
    newText: new_text,
  }));
}

/** What was there before is not among the arguments. */
function fromWrite(input: unknown): Diff[] {
  const { data } = writeInput.safeParse(input);
  return data ? [{ path: data.path, newText: data.content }] : [];
}

/** Where an edit took place: `edit_file` answers with a diff. From 1. */
export function lineOf(result: string): number | undefined {
  const line = /^@@ -\d+(?:,\d+)? \+(\d+)/m.exec(result)?.[1];
  return line === undefined ? undefined : Math.max(1, Number(line));
}
