// move
import { lstat, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { decodePath, encodePath } from '@cofferdam/sandbox';
import * as z from 'zod';
import { defineTool, type Tool, ToolError } from '../kit/index.js';
import { moveTree } from './move-tree.js';
import { showPath } from './names.js';
import { lookAt } from './replace-file.js';
import type { Root } from './root.js';

const input = z.strictObject({
  from: z.string(),
  to: z.string().describe('The new path itself, not a folder to put it in'),
  overwrite: z.boolean().default(false).describe('Replace a file that is there'),
});

export function moveTool(root: Root): Tool {
  return defineTool({
    name: 'move',
    title: 'Move or rename',
    description: 'Move or rename a file, a link itself, or a folder; makes missing folders.',
    input,
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
    async run({ from, to, overwrite }, { signal }) {
      return root.change(signal, async () => {
        const source = await root.locateChange(from, { followLast: false });
        const target = await root.locateChange(to, { followLast: false });
        await lstat(source.bytes); // before folders are made for nothing
        const there = await lookAt(target);
        if (there?.isDirectory()) {
          const remedy = 'Give the whole new path, with the name it shall have in that folder.';
          throw new ToolError('exists', `${showPath(target.path)} is a folder that is there already.`, remedy);
        }
        if (there && !overwrite) {
          const remedy = 'Choose another name, or set overwrite to replace it.';
          throw new ToolError('exists', `${showPath(target.path)} is there already.`, remedy);
        }
        await mkdir(encodePath(dirname(decodePath(target.bytes))), { recursive: true });
        await moveTree(source.bytes, target.bytes);
        return { text: `Moved ${showPath(source.path)} to ${showPath(target.path)}.` };
      });
    },
  });
}
