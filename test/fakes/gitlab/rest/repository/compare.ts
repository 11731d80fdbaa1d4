import * as z from 'zod';
import { commitEntity } from '../../entities/commit.js';
import { diffEntity } from '../../entities/diff.js';
import { readDiff } from '../../git/diff.js';
import { readCommit, readCommits } from '../../git/log.js';
import { p } from '../../http/params.js';
import { notFound, renderError } from '../../http/reply.js';
import { type Route, route } from '../../http/route.js';
import { pathOf } from '../../world/places.js';
import { refOr, repositoryOf } from './code.js';

const compareParams = z.object({
  from: p.string(),
  to: p.string(),
  straight: p.boolean().default(false),
  unidiff: p.boolean().default(false),
});

export const compare: Route[] = [
  route('GET', '/projects/:id/repository/compare', { params: compareParams }, (context) => {
    const { project, repository } = repositoryOf(context, 'Ref');
    const { params, world } = context;
    const start = repository.resolve(refOr(project, params.from));
    const head = repository.resolve(refOr(project, params.to));
    const base = start && head && (params.straight ? start : repository.mergeBase(start, head));
    if (!base || !head) throw notFound('Ref');
    const commits = readCommits(repository, '--reverse', `${base}..${head}`);
    const last = commits.at(-1);
    return {
      commit: last ? commitEntity(world, project, last) : null,
      commits: commits.map((commit) => commitEntity(world, project, commit)),
      diffs: readDiff(repository, base, head).map((diff) => diffEntity(diff, params)),
      compare_timeout: false,
      compare_same_ref: start === head,
      web_url: `${world.url}/${pathOf(project)}/-/compare/${base}...${head}`,
    };
  }),

  route('GET', '/projects/:id/repository/merge_base', { params: z.object({ refs: p.csv() }) }, (context) => {
    const { project, repository } = repositoryOf(context, 'Merge Base');
    const { refs } = context.params;
    if (refs.length < 2) throw renderError(400, 'Provide at least 2 refs');
    const unknown = refs.filter((ref) => !repository.resolve(ref));
    if (unknown.length > 0) {
      throw renderError(400, `Could not find ${unknown.length > 1 ? 'refs' : 'ref'}: ${unknown.join(', ')}`);
    }
    const [first = '', ...others] = refs.map((ref) => repository.resolve(ref) ?? '');
    const base = others.reduce<string | undefined>((at, sha) => at && repository.mergeBase(at, sha), first);
    const commit = base && readCommit(project.repository, base);
    if (!commit) throw notFound('Merge Base');
    return commitEntity(context.world, project, commit);
  }),
];
