import * as z from 'zod';
import { branchEntity } from '../../entities/ref.js';
import type { Repository } from '../../git/repository.js';
import { p } from '../../http/params.js';
import { notFound, renderError } from '../../http/reply.js';
import { type Route, route } from '../../http/route.js';
import { access } from '../../world/types.js';
import { codeOf, refOr } from './code.js';

const listParams = z.object({
  search: p.string().optional(),
  regex: p.string().optional(),
  sort: p.oneOf('name_asc', 'updated_asc', 'updated_desc').default('name_asc'),
  pagination: p.oneOf('legacy', 'keyset').default('legacy'),
  page_token: p.string().optional(),
});

const ORDER = { name_asc: 'refname', updated_asc: 'committerdate', updated_desc: '-committerdate' };

export const branches: Route[] = [
  route('GET', '/projects/:id/repository/branches', { params: listParams, jobToken: true }, (context) => {
    const project = codeOf(context);
    const { search, regex, sort, pagination, page_token } = context.params;
    const names = project.repository ? sortedBranches(project.repository, ORDER[sort]) : [];
    const found = names.filter(matcher(search)).filter(regexMatcher(regex));
    const present = (name: string) => branchEntity(context.world, project, name, context.user);
    if (pagination !== 'keyset') return context.paginate(found, present);
    const start = page_token === undefined ? 0 : found.indexOf(page_token) + 1;
    return context.paginateFrom(found.slice(start), present, (last) => ({ page_token: last }));
  }),

  route('GET', '/projects/:id/repository/branches/:branch', {}, (context) => {
    const project = codeOf(context);
    const name = context.path['branch'] ?? '';
    if (!project.repository?.hasBranch(name)) throw notFound('Branch');
    return branchEntity(context.world, project, name, context.user);
  }),

  route(
    'POST',
    '/projects/:id/repository/branches',
    { params: z.object({ branch: p.filled(), ref: p.filled() }) },
    (context) => {
      const project = codeOf(context);
      context.authorize(access.developer, project);
      const { branch, ref } = context.params;
      const sha = project.repository?.resolve(refOr(project, ref));
      if (!isRefName(branch)) throw renderError(400, 'Branch name is invalid');
      if (project.repository?.hasBranch(branch)) throw renderError(400, 'Branch already exists');
      if (!project.repository || !sha) {
        throw renderError(400, `Failed to create branch '${branch}': invalid reference name '${ref}'`);
      }
      project.repository.createBranch(branch, sha);
      return branchEntity(context.world, project, branch, context.user);
    },
  ),
];

function sortedBranches(repository: Repository, order: string): string[] {
  const output = repository.git('for-each-ref', `--sort=${order}`, '--format=%(refname:lstrip=2)', 'refs/heads');
  return output.split('\n').filter(Boolean);
}

/** `^term` is a beginning, `term$` an end, everything else a part, in any case. */
function matcher(search = ''): (name: string) => boolean {
  const term = search.toLowerCase();
  if (term.startsWith('^')) return (name) => name.toLowerCase().startsWith(term.slice(1));
  if (term.endsWith('$')) return (name) => name.toLowerCase().endsWith(term.slice(0, -1));
  return (name) => name.toLowerCase().includes(term);
}

function regexMatcher(source: string | undefined): (name: string) => boolean {
  if (source === undefined) return () => true;
  try {
    const pattern = new RegExp(source);
    return (name) => pattern.test(name);
  } catch {
    throw renderError(400, 'Regex is invalid');
  }
}

/** Git's rules for names of branches, as far as GitLab's own check goes. */
export function isRefName(name: string): boolean {
  const forbidden = /[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|\.lock$|\.$|^[-/.]|\/$|\/\./;
  return name !== '' && name !== '@' && !forbidden.test(name);
}
