// make_directory
import { mkdir } from 'node:fs/promises';
import * as z from 'zod';
import { defineTool, type Tool } from '../kit/index.js';
import { showPath } from './names.js';
import type { Root } from './root.js';

export function makeDirectoryTool(root: Root): Tool {
  return defineTool({
    name: 'make_directory',
    title: 'Make directory',
    description: 'Make a folder and those above it.',
    input: z.strictObject({ path: z.string() }),
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    async run({ path }, { signal }) {
      return root.change(signal, async () => {
        const place = await root.locateChange(path);
        const made = await mkdir(place.bytes, { recursive: true });
        return {
          text: made === undefined ? `${showPath(place.path)}/ was there already.` : `Made ${showPath(place.path)}/.`,
        };
      });
    },
  });
}
