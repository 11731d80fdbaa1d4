// Paths whose content a filter turns into something else on its way into the repository, as Git LFS does. Filters are
// programs, so they do not run here, and without them Git would store or write the wrong bytes.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePath } from '@cofferdam/sandbox';
import { ToolError } from '../kit/index.js';
import type { Repository } from './repository.js';
import { display, texts } from './text.js';

/** Throws `filtered` when a filter is set for one of `paths`. `commit`: by its attributes, not by the working tree's. */
export async function refuseFiltered(repository: Repository, paths: readonly string[], commit?: string): Promise<void> {
  if (paths.length === 0) return;
  const found = commit
    ? await withIndexOf(repository, commit, (indexFile) => filters(repository, paths, indexFile))
    : await filters(repository, paths);
  const [first] = found;
  if (!first) return;
  const others = found.length > 1 ? ` and ${found.length - 1} more` : '';
  throw new ToolError(
    'filtered',
    `Nothing was done: ${display(first.path)}${others} goes through the filter ${JSON.stringify(first.filter)} (Git LFS or the like), which may not run here, so the wrong bytes would be stored.`,
    'Leave these paths out, and tell the user to handle them in their own checkout.',
  );
}

async function filters(repository: Repository, paths: readonly string[], indexFile?: string) {
  const { stdout } = await repository.run(
    ['check-attr', ...(indexFile ? ['--cached'] : []), '-z', '--stdin', 'filter'],
    { input: nulSeparated(paths), ...(indexFile && { indexFile }) },
  );
  const found: { path: string; filter: string }[] = [];
  const words = texts(stdout);
  for (let i = 0; i + 2 < words.length; i += 3) {
    const [path = '', , filter = ''] = words.slice(i, i + 3);
    if (!['unspecified', 'unset', 'set'].includes(filter)) found.push({ path, filter });
  }
  return found;
}

async function withIndexOf<T>(
  repository: Repository,
  commit: string,
  use: (indexFile: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'cofferdam-index-'));
  try {
    const indexFile = join(folder, 'index');
    await repository.run(['read-tree', commit], { indexFile });
    return await use(indexFile);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Paths as Git reads them with `-z --stdin` and `--pathspec-file-nul`. */
export function nulSeparated(paths: readonly string[]): Buffer {
  return Buffer.concat(paths.flatMap((path) => [encodePath(path), Buffer.of(0)]));
}
