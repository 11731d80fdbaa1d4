// tree
import * as z from 'zod';
import { defineTool, readOnly, type Tool, ToolError } from '../kit/index.js';
import { count, showPath } from './names.js';
import type { Root } from './root.js';
import { includeIgnored, scopeOf, visibleFiles } from './scope.js';

const maxLines = 500;
const maxPerFolder = 50;

const input = z.strictObject({
  path: z.string().default('.'),
  depth: z.int().min(1).max(20).default(3),
  include_ignored: includeIgnored,
});

interface Folder {
  /** Files in it and below. */
  files: number;
  /** Undefined below the depth that is shown. */
  entries: Map<string, Folder | 'file'> | undefined;
}

export function treeTool(root: Root): Tool {
  return defineTool({
    name: 'tree',
    title: 'Tree of files',
    description:
      'Folders and files below a folder as an indented tree, with the number of files in folders not opened.',
    input,
    annotations: readOnly,
    async run({ path, depth, include_ignored }, { signal }) {
      const scope = await scopeOf(root, path);
      if (scope.file !== undefined)
        throw new ToolError('not-a-directory', `${showPath(path)} is a file.`, 'Use read_file.');
      const top: Folder = { files: 0, entries: new Map() };
      for await (const file of visibleFiles(scope, signal, include_ignored ? ['--no-ignore'] : [])) {
        add(top, file.slice(scope.prefix.length).split('/'), depth);
      }
      if (top.files === 0) return { text: nothing(include_ignored) };
      const lines = draw(top, '');
      const rest = lines.length - maxLines;
      const cut = rest > 0 ? [`[${count(rest, 'more line')}: use a smaller depth, or the path of a folder.]`] : [];
      return { text: [`${count(top.files, 'file')}`, ...lines.slice(0, maxLines), ...cut].join('\n') };
    },
  });
}

function nothing(include_ignored: boolean): string {
  const hint = include_ignored ? '' : 'Files that .gitignore names were left out: set include_ignored to see them. ';
  return `No files here. ${hint}list_directory also shows empty folders and links.`;
}

function add(folder: Folder, [name = '', ...rest]: string[], depth: number): void {
  folder.files += 1;
  if (!folder.entries) return;
  if (rest.length === 0) {
    folder.entries.set(name, 'file');
    return;
  }
  const known = folder.entries.get(name);
  const child = known && known !== 'file' ? known : { files: 0, entries: depth > 1 ? new Map() : undefined };
  folder.entries.set(name, child);
  add(child, rest, depth - 1);
}

/** Folders first, then files, each by name. */
function draw({ entries = new Map() }: Folder, indent: string): string[] {
  const all = [...entries].sort(([a, x], [b, y]) => Number(x === 'file') - Number(y === 'file') || (a < b ? -1 : 1));
  const lines = all.slice(0, maxPerFolder).flatMap(([name, entry]) => {
    if (entry === 'file') return [indent + showPath(name)];
    const closed = entry.entries ? '' : ` (${count(entry.files, 'file')})`;
    return [`${indent}${showPath(name)}/${closed}`, ...draw(entry, `${indent}  `)];
  });
  const rest = all.length - maxPerFolder;
  return rest > 0 ? [...lines, `${indent}... ${rest} more`] : lines;
}
