import * as z from 'zod';
import type { Repository } from '../../git/repository.js';
import { p } from '../../http/params.js';
import { notFound, parameterError } from '../../http/reply.js';
import { type Route, route } from '../../http/route.js';
import { refOr, repositoryOf } from './code.js';

interface Entry {
  id: string;
  name: string;
  type: 'tree' | 'blob' | 'commit';
  path: string;
  mode: string;
}

const listParams = z.object({
  ref: p.string().optional(),
  path: p.string().default(''),
  recursive: p.boolean().default(false),
  pagination: p.oneOf('legacy', 'keyset', 'none').default('legacy'),
  page_token: p.string().optional(),
});

export const tree: Route[] = [
  route('GET', '/projects/:id/repository/tree', { params: listParams }, (context) => {
    const { project, repository } = repositoryOf(context, 'Tree');
    const { ref, path, recursive, pagination, page_token } = context.params;
    const commit = repository.resolve(refOr(project, ref));
    if (!commit) throw notFound('Tree');
    const entries = readTree(repository, commit, path.replace(/^\/|\/$/g, ''), recursive);
    if (!entries) throw notFound('invalid revision or path');
    if (pagination === 'none') {
      if (!recursive) throw parameterError('pagination cannot be "none" unless "recursive" is true');
      return entries;
    }
    if (pagination === 'legacy') return context.paginate(entries, (entry) => entry);
    const start = page_token === undefined ? 0 : entries.findIndex((entry) => tokenOf(entry) === page_token) + 1;
    return context.paginateFrom(
      entries.slice(start),
      (entry) => entry,
      (last) => ({ page_token: tokenOf(last) }),
    );
  }),
];

const tokenOf = ({ path }: Entry): string => Buffer.from(JSON.stringify({ file_name: path })).toString('base64');

const ORDER = { tree: 0, blob: 1, commit: 2 };

/** Folders first, each kind in Git's own order. Undefined where there is no such folder. */
function readTree(repository: Repository, commit: string, path: string, recursive: boolean): Entry[] | undefined {
  if (path !== '' && repository.typeOf(`${commit}:${path}`) !== 'tree') return undefined;
  const output = repository.git('ls-tree', '-z', ...(recursive ? ['-r', '-t'] : []), `${commit}:${path}`);
  return output
    .split('\0')
    .filter(Boolean)
    .map((line): Entry => {
      const [, mode = '', type = 'blob', id = '', name = ''] = /^(\d+) (\w+) (\w+)\t(.*)$/s.exec(line) ?? [];
      return {
        id,
        name: name.split('/').at(-1) ?? name,
        type: type as Entry['type'],
        path: path === '' ? name : `${path}/${name}`,
        mode,
      };
    })
    .sort((a, b) => ORDER[a.type] - ORDER[b.type]);
}
