// list_repository_tree
import * as z from 'zod';
import { reveal } from '../../untrusted/index.js';
import { text } from '../toolkit/fields.js';
import { listOutput, pagingInput, readOn } from '../toolkit/paging.js';
import { gitlabTool } from '../toolkit/tool.js';
import { firstThere, located } from './refs.js';

const entry = z.object({ path: z.string(), type: z.string(), mode: text });

export const listRepositoryTree = gitlabTool({
  name: 'list_repository_tree',
  title: 'List repository tree',
  description: 'Files and folders of the repository at `ref` (default branch). `path`: a folder, or its URL.',
  effect: 'read',
  endpoints: ['GET /projects/:id/repository/tree'],
  input: z.strictObject({
    project: z.string().optional(),
    path: z.string().default(''),
    ref: z.string().optional(),
    recursive: z.boolean().optional(),
    cursor: pagingInput.cursor,
    limit: z.int().min(1).max(100).default(100),
  }),
  output: listOutput('entries', { path: z.string(), type: z.string() }),
  async run({ project, path, ref, recursive, cursor, limit }, call) {
    const { place: id, readings } = await located(call, path, { kind: 'tree', ref, project });
    const { items, ...rest } = await firstThere(readings, (at) => {
      const query = { ...at, recursive, pagination: 'keyset' };
      return call.list('GET /projects/:id/repository/tree', { params: { id }, query, cursor, limit }, entry);
    });
    return {
      about: `files of ${id.id}`,
      data: { entries: items, ...rest },
      text: reveal(items.map(line).join('\n'), { rendered: false }),
      source: true,
      note: readOn(rest),
    };
  },
});

/** As `ls -F` marks them; `commit` is what GitLab calls a submodule. */
function line({ path, type, mode }: z.output<typeof entry>): string {
  if (type === 'tree') return `${path}/`;
  if (type === 'commit') return `${path} (submodule)`;
  if (mode === '120000') return `${path}@`;
  return mode === '100755' ? `${path}*` : path;
}
