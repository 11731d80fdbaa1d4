// edit_file
import { structuredPatch } from 'diff';
import * as z from 'zod';
import { defineTool, type Tool, ToolError } from '../kit/index.js';
import { applyEdits, type Edit } from './edits.js';
import { count, showPath } from './names.js';
import { readWhole } from './open.js';
import { replaceFile } from './replace-file.js';
import type { Root } from './root.js';
import { decodeText, encodeText, type Text } from './text.js';

const maxDiffLines = 80;
const maxDiffColumns = 300;
/** Where a diff needs more steps than this it is too long to show anyway. */
const maxEditLength = 400;

const input = z.strictObject({
  path: z.string(),
  edits: z
    .array(
      z.strictObject({
        old_text: z.string().min(1).describe('As in the file, without line numbers; must occur exactly once'),
        new_text: z.string(),
        replace_all: z.boolean().default(false).describe('Replace every occurrence'),
      }),
    )
    .min(1)
    .describe('Applied in order, all or none'),
});

export function editFileTool(root: Root): Tool {
  return defineTool({
    name: 'edit_file',
    title: 'Edit file',
    description: 'Replace exact text in a file, several places at once. Returns a diff.',
    input,
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
    async run({ path, edits }, { signal }) {
      return root.change(signal, async () => {
        const place = await root.locateChange(path);
        const before = decodeText((await readWhole(place)).bytes);
        for (const edit of edits) refuseUnwritable(before, edit);
        const content = applyEdits(before.content, edits);
        await replaceFile(place, encodeText({ ...before, content }));
        return { text: `Edited ${showPath(place.path)}.\n${showDiff(before.content, content)}` };
      });
    },
  });
}

function refuseUnwritable({ encoding }: Text, { new_text }: Edit): void {
  const bad = encoding === 'Latin-1' ? /[^\0-\xff]/u.exec(new_text)?.[0] : /\p{Cs}/u.exec(new_text)?.[0];
  if (bad === undefined) return;
  throw new ToolError(
    'not-writable',
    `The file is ${encoding}, which cannot hold ${JSON.stringify(bad)}. Nothing was written.`,
    'Spell it with other characters, or convert the file with a command first.',
  );
}

function showDiff(before: string, after: string): string {
  const patch = structuredPatch('', '', before, after, '', '', { context: 2, maxEditLength });
  if (!patch) return '(The diff is too long to show; look at it with read_file.)';
  const lines = patch.hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
    `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`,
    ...lines.map((line) => line.replace(/\r$/, '').slice(0, maxDiffColumns)),
  ]);
  const rest = lines.length - maxDiffLines;
  return [...lines.slice(0, maxDiffLines), ...(rest > 0 ? [`(${count(rest, 'more line')} of diff)`] : [])].join('\n');
}
