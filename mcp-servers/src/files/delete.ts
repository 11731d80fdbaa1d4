// delete
import { rm, rmdir, unlink } from 'node:fs/promises';
import * as z from 'zod';
import { defineTool, type Tool, ToolError } from '../kit/index.js';
import { showPath } from './names.js';
import { lookAt } from './replace-file.js';
import type { Root } from './root.js';

const input = z.strictObject({
  path: z.string(),
  recursive: z.boolean().default(false).describe('Also a folder that is not empty'),
});

export function deleteTool(root: Root): Tool {
  return defineTool({
    name: 'delete',
    title: 'Delete',
    description: 'Delete a file, a link itself, or a folder.',
    input,
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
    async run({ path, recursive }, { signal }) {
      return root.change(signal, async () => {
        const place = await root.locateChange(path, { followLast: false });
        const folder = (await lookAt(place))?.isDirectory() ?? false;
        if (!folder) await unlink(place.bytes);
        else if (recursive) await rm(place.bytes, { recursive: true });
        else await rmdir(place.bytes).catch(explainNotEmpty(place.path));
        return { text: `Deleted ${showPath(place.path)}${folder ? '/' : ''}.` };
      });
    },
  });
}

function explainNotEmpty(path: string): (error: NodeJS.ErrnoException) => never {
  return (cause) => {
    if (cause.code !== 'ENOTEMPTY') throw cause;
    const remedy = 'Look at it with tree; set recursive to delete it with everything in it.';
    throw new ToolError('not-empty', `${showPath(path)} is not empty.`, remedy, { cause });
  };
}
