import * as z from 'zod';
import { tagEntity } from '../../entities/ref.js';
import type { Repository } from '../../git/repository.js';
import { readTags, type Tag } from '../../git/tags.js';
import { p } from '../../http/params.js';
import { notFound, renderError } from '../../http/reply.js';
import { type Route, route } from '../../http/route.js';
import { access } from '../../world/types.js';
import { isRefName } from './branches.js';
import { codeOf, refOr } from './code.js';

const listParams = z.object({
  order_by: p.oneOf('name', 'updated', 'version').default('updated'),
  sort: p.oneOf('asc', 'desc').default('desc'),
  search: p.string().optional(),
});

const KEYS = { name: 'refname', updated: 'creatordate', version: 'version:refname' };

export const tags: Route[] = [
  route('GET', '/projects/:id/repository/tags', { params: listParams, jobToken: true }, (context) => {
    const project = codeOf(context);
    const { order_by, sort, search = '' } = context.params;
    const { repository } = project;
    const names = repository ? sortedTags(repository, `${sort === 'desc' ? '-' : ''}${KEYS[order_by]}`) : [];
    const byName = new Map((repository ? readTags(repository) : []).map((tag) => [tag.name, tag]));
    const found = names.filter(matcher(search)).flatMap((name) => byName.get(name) ?? []);
    return context.paginate(found, (tag) => tagEntity(context.world, project, tag));
  }),

  route('GET', '/projects/:id/repository/tags/:tag_name', {}, (context) => {
    const project = codeOf(context);
    const tag = findTag(project.repository, context.path['tag_name'] ?? '');
    if (!tag) throw notFound('Tag');
    return tagEntity(context.world, project, tag);
  }),

  route(
    'POST',
    '/projects/:id/repository/tags',
    { params: z.object({ tag_name: p.string(), ref: p.string(), message: p.string().optional() }) },
    (context) => {
      const project = codeOf(context);
      context.authorize(access.developer, project);
      const { tag_name, ref, message } = context.params;
      const { repository } = project;
      const sha = repository?.resolve(refOr(project, ref));
      if (!isRefName(tag_name)) throw renderError(400, 'Tag name invalid');
      if (findTag(repository, tag_name)) throw renderError(400, `Tag ${tag_name} already exists`);
      if (!repository || !sha) throw renderError(400, `Target ${ref} is invalid`);
      const { name, email } = context.currentUser;
      const tagger = { name, email, at: context.world.now() };
      repository.createTag(tag_name, sha, message ? { message, tagger } : undefined);
      const tag = findTag(repository, tag_name);
      return tag && tagEntity(context.world, project, tag);
    },
  ),
];

function findTag(repository: Repository | undefined, name: string): Tag | undefined {
  return repository && readTags(repository).find((tag) => tag.name === name);
}

function sortedTags(repository: Repository, order: string): string[] {
  const output = repository.git('for-each-ref', `--sort=${order}`, '--format=%(refname:lstrip=2)', 'refs/tags');
  return output.split('\n').filter(Boolean);
}

/** `^term` is a beginning, `term$` an end, everything else a part. */
function matcher(term: string): (name: string) => boolean {
  if (term.startsWith('^')) return (name) => name.startsWith(term.slice(1));
  if (term.endsWith('$')) return (name) => name.endsWith(term.slice(0, -1));
  return (name) => name.includes(term);
}
