// stat
import { lstat, readlink } from 'node:fs/promises';
import { decodePath } from '@cofferdam/sandbox';
import * as z from 'zod';
import { defineTool, readOnly, type Tool } from '../kit/index.js';
import { kindOf, kindSchema } from './kinds.js';
import { showPath } from './names.js';
import type { Root } from './root.js';

const output = z.object({
  path: z.string(),
  kind: kindSchema,
  size: z.int().describe('Bytes'),
  mode: z.string().describe('Octal'),
  modified: z.string(),
  target: z.string().optional(),
});

export function statTool(root: Root): Tool {
  return defineTool({
    name: 'stat',
    title: 'File details',
    description: 'Kind, size, permissions and time of a file or folder; of a link: its own, and its target.',
    input: z.strictObject({ path: z.string() }),
    output,
    annotations: readOnly,
    async run({ path }) {
      const place = await root.locate(path, { followLast: false });
      const stats = await lstat(place.bytes);
      const kind = kindOf(stats);
      const target = kind === 'link' ? decodePath(await readlink(place.bytes, { encoding: 'buffer' })) : undefined;
      const structured = {
        path: place.path,
        kind,
        size: stats.size,
        mode: (stats.mode & 0o7777).toString(8).padStart(4, '0'),
        modified: stats.mtime.toISOString(),
        ...(target !== undefined && { target }),
      };
      const { size, mode, modified } = structured;
      const leads = target === undefined ? '' : ` to ${showPath(target)}`;
      return {
        text: `${showPath(place.path)}: ${kind}${leads}, ${size} bytes, mode ${mode}, modified ${modified}`,
        structured,
      };
    },
  });
}
