// write_file
import * as z from 'zod';
import { defineTool, type Tool, ToolError } from '../kit/index.js';
import { count, showPath, showSize } from './names.js';
import { replaceFile } from './replace-file.js';
import type { Root } from './root.js';

const input = z.strictObject({ path: z.string(), content: z.string() });

export function writeFileTool(root: Root): Tool {
  return defineTool({
    name: 'write_file',
    title: 'Write file',
    description:
      'Write a whole text file (UTF-8), replacing what was there; makes missing folders. To change a part, use edit_file.',
    input,
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
    async run({ path, content }, { signal }) {
      if (!content.isWellFormed()) {
        throw new ToolError('not-text', 'content holds half of a surrogate pair.', 'Write the character whole.');
      }
      const bytes = Buffer.from(content);
      return root.change(signal, async () => {
        const place = await root.locateChange(path);
        const old = await replaceFile(place, bytes);
        const lines = content === '' ? 0 : content.replace(/\n$/, '').split('\n').length;
        const done = old
          ? `Replaced ${showPath(place.path)} (it was ${showSize(old.size)})`
          : `Created ${showPath(place.path)}`;
        return { text: `${done}: ${count(lines, 'line')}, ${showSize(bytes.length)}.` };
      });
    },
  });
}
