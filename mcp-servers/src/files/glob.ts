// glob
import * as z from 'zod';
import { defineTool, readOnly, type Tool } from '../kit/index.js';
import { showPath } from './names.js';
import { nextOffset, offset, paged } from './paging.js';
import type { Root } from './root.js';
import { filesMatching, includeIgnored, scopeOf } from './scope.js';

const pageSize = 500;

const input = z.strictObject({
  pattern: z.string().min(1).describe('Like *.ts (in any folder), src/**/*.{ts,tsx}'),
  path: z.string().default('.').describe('Folder to search'),
  include_ignored: includeIgnored,
  offset,
});

const output = z.object({ paths: z.array(z.string()), total: z.int(), next_offset: nextOffset });

export function globTool(root: Root): Tool {
  return defineTool({
    name: 'glob',
    title: 'Find files',
    description: `Find files by name, ${pageSize} at once, sorted by path.`,
    input,
    output,
    annotations: readOnly,
    async run({ pattern, path, include_ignored, offset }, { signal }) {
      const scope = await scopeOf(root, path);
      const found = [...(await filesMatching(scope, { glob: pattern, include_ignored }, signal))].sort();
      const page = paged(found, offset, pageSize);
      const hint = include_ignored
        ? ''
        : ' Files that .gitignore names were left out: set include_ignored to see them.';
      const text = found.length === 0 ? `No file matches.${hint}` : page.items.map(showPath).join('\n');
      return { text: text + page.note, structured: { paths: page.items, total: found.length, next_offset: page.next } };
    },
  });
}
