// Links between issues. A link is stored once; each side sees it in its own words.
import * as z from 'zod';
import { issueEntity } from '../../entities/issue.js';
import { issueBasic } from '../../entities/issue-basic.js';
import type { Context } from '../../http/context.js';
import { p } from '../../http/params.js';
import { forbidden, notFound, renderError, status } from '../../http/reply.js';
import { type Route, route } from '../../http/route.js';
import { findIssue } from '../../services/issuables/find.js';
import { maySeeIssue } from '../../world/access.js';
import { access, type Issue, type IssueLink } from '../../world/types.js';

const INVERSE = { blocks: 'is_blocked_by', is_blocked_by: 'blocks', relates_to: 'relates_to' } as const;

const createParams = z.object({
  target_project_id: z.preprocess((value) => (typeof value === 'number' ? String(value) : value), p.filled()),
  target_issue_iid: p.integer(),
  link_type: p.oneOf('relates_to', 'blocks', 'is_blocked_by').default('relates_to'),
});

export const links: Route[] = [
  route('GET', '/projects/:id/issues/:issue_iid/links', {}, (context) => {
    const { world, user } = context;
    const issue = findIssue(context);
    return world.issueLinks
      .filter(({ source, target }) => source === issue || target === issue)
      .filter((link) => maySeeIssue(world, user, otherSide(link, issue)))
      .map((link) => ({
        ...issueEntity(world, otherSide(link, issue)),
        issue_link_id: link.id,
        link_type: link.source === issue ? link.type : INVERSE[link.type],
        link_created_at: link.createdAt,
        link_updated_at: link.updatedAt,
      }));
  }),

  route('GET', '/projects/:id/issues/:issue_iid/links/:issue_link_id', {}, (context) =>
    linkEntity(context, findLink(context)),
  ),

  route('POST', '/projects/:id/issues/:issue_iid/links', { params: createParams }, (context) => {
    const { world, params } = context;
    const issue = findIssue(context);
    const target = findIssue(context, params.target_issue_iid, context.project(params.target_project_id));
    for (const { project } of [issue, target]) if (!context.can(access.guest, project)) throw notFound();
    if (issue === target) throw renderError(422, `#${issue.iid} cannot be added: cannot be related to itself`);
    const linked = world.issueLinks.some((link) => otherSide(link, issue) === target && touches(link, issue));
    if (linked) throw renderError(409, 'Issue(s) already assigned');
    const link =
      params.link_type === 'is_blocked_by'
        ? world.addIssueLink(target, issue, 'blocks')
        : world.addIssueLink(issue, target, params.link_type);
    return { ...linkEntity(context, link), link_type: params.link_type };
  }),

  route('DELETE', '/projects/:id/issues/:issue_iid/links/:issue_link_id', {}, (context) => {
    const link = findLink(context);
    if (!context.can(access.guest, link.source.project)) throw forbidden();
    context.world.issueLinks.splice(context.world.issueLinks.indexOf(link), 1);
    return status(200, linkEntity(context, link));
  }),
];

function findLink(context: Context<unknown>): IssueLink {
  const issue = findIssue(context);
  const id = context.id('issue_link_id');
  const link = context.world.issueLinks.find((one) => one.id === id && touches(one, issue));
  if (!link || !maySeeIssue(context.world, context.user, otherSide(link, issue))) throw notFound();
  return link;
}

function linkEntity({ world }: Context<unknown>, { id, source, target, type }: IssueLink) {
  return {
    id,
    source_issue: issueBasic(world, source),
    target_issue: issueBasic(world, target),
    link_type: type,
  };
}

const touches = ({ source, target }: IssueLink, issue: Issue): boolean => source === issue || target === issue;

const otherSide = ({ source, target }: IssueLink, issue: Issue): Issue => (source === issue ? target : source);
