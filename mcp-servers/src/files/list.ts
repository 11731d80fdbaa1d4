// list_directory
import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { decodePath } from '@cofferdam/sandbox';
import * as z from 'zod';
import { defineTool, readOnly, type Tool } from '../kit/index.js';
import { kindOf, kindSchema } from './kinds.js';
import { showPath, showSize } from './names.js';
import { nextOffset, offset, paged } from './paging.js';
import { childOf } from './place.js';
import type { Root } from './root.js';

const pageSize = 500;

const output = z.object({
  entries: z.array(z.object({ name: z.string(), kind: kindSchema, size: z.int() })),
  total: z.int(),
  next_offset: nextOffset,
});
type Entry = z.infer<typeof output>['entries'][number];

export function listDirectoryTool(root: Root): Tool {
  return defineTool({
    name: 'list_directory',
    title: 'List directory',
    description: `The entries of one folder by name, ${pageSize} at once, hidden and ignored ones included.`,
    input: z.strictObject({ path: z.string().default('.'), offset }),
    output,
    annotations: readOnly,
    async run({ path, offset }, { signal }) {
      const place = await root.locate(path);
      const found = await readdir(place.bytes, { withFileTypes: true, encoding: 'buffer' });
      found.sort((a, b) => Buffer.compare(a.name, b.name));
      signal.throwIfAborted();
      const page = paged(found, offset, pageSize);
      const entries = await Promise.all(page.items.map((entry) => describe(place.bytes, entry)));
      const text = entries.length === 0 ? 'The folder is empty.' : entries.map(showEntry).join('\n');
      return { text: text + page.note, structured: { entries, total: found.length, next_offset: page.next } };
    },
  });
}

async function describe(folder: Buffer, entry: Dirent<Buffer>): Promise<Entry> {
  const kind = kindOf(entry);
  const size = kind === 'file' ? await sizeOf(childOf(folder, entry.name)) : 0;
  return { name: decodePath(entry.name), kind, size };
}

/** 0 for a file that was deleted since its name was read. */
async function sizeOf(path: Buffer): Promise<number> {
  return (await lstat(path).catch(() => undefined))?.size ?? 0;
}

function showEntry({ name, kind, size }: Entry): string {
  if (kind === 'directory') return `${showPath(name)}/`;
  return `${showPath(name)}  ${kind === 'file' ? showSize(size) : kind}`;
}
