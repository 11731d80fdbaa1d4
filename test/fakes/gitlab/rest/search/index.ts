// Search of the instance, a group or a project. Without advanced search, code, commits, notes and wikis are only
// searched in a project.
import * as z from 'zod';
import type { Context } from '../../http/context.js';
import { p } from '../../http/params.js';
import { parameterError, Reply, renderError } from '../../http/reply.js';
import { type Instance, type Route, route } from '../../http/route.js';
import { atLeast } from '../../http/version.js';
import { maySee } from '../../world/access.js';
import { ancestors } from '../../world/places.js';
import type { Place, Project } from '../../world/types.js';
import { type Scope, scopes } from './scopes.js';

const ADVANCED = ['blobs', 'commits', 'notes', 'wiki_blobs'] as const satisfies readonly Scope[];
const COMMON = ['issues', 'merge_requests', 'milestones', 'users'] as const satisfies readonly Scope[];

const fields = {
  search: p.string(),
  state: p.oneOf('all', 'opened', 'closed', 'merged').optional(),
  confidential: p.boolean().optional(),
  order_by: p.oneOf('created_at').optional(),
  sort: p.oneOf('asc', 'desc').default('desc'),
  include_archived: p.boolean().default(false),
  fields: z
    .preprocess((value) => (typeof value === 'string' ? value.split(',') : value), z.array(z.enum(['title'])))
    .optional(),
  search_type: p.oneOf('basic', 'advanced', 'zoekt').optional(),
  ref: p.string().optional(),
};

const scopeOf = <const T extends readonly Scope[]>(...names: T) => z.object({ ...fields, scope: z.enum(names) });

const globalScopes = scopeOf('projects', 'snippet_titles', ...COMMON, ...ADVANCED);
const groupScopes = scopeOf('projects', ...COMMON, ...ADVANCED);
const projectScopes = scopeOf(...COMMON, ...ADVANCED);

type SearchContext = Context<z.output<typeof globalScopes | typeof groupScopes | typeof projectScopes>>;

const needs = { authenticated: true, scopes: ['ai_workflows'], limit: 'search_rate_limit' };

export const search: Route[] = [
  route('GET', '/search', { ...needs, params: globalScopes }, (context) => {
    checkScope(context);
    return answer(context, undefined);
  }),

  ...['/groups/:id/search', '/groups/:id/-/search'].map((path) =>
    route('GET', path, { ...needs, params: groupScopes }, (context) => {
      const group = context.group();
      checkScope(context);
      return answer(context, group);
    }),
  ),

  ...['/projects/:id/search', '/projects/:id/-/search'].map((path) =>
    route('GET', path, { ...needs, params: projectScopes }, (context) => answer(context, context.project())),
  ),
];

function typeOf({ instance, params }: SearchContext): 'basic' | 'advanced' {
  return instance.advancedSearch && params.search_type !== 'basic' ? 'advanced' : 'basic';
}

/** Throws the 400 for a scope that only advanced search has. */
function checkScope(context: SearchContext): void {
  const { scope } = context.params;
  if (typeOf(context) === 'advanced' || !(ADVANCED as readonly Scope[]).includes(scope)) return;
  if (context.instance.edition === 'ce') throw parameterError('scope does not have a valid value');
  const words = `Scope supported only with advanced search${scope === 'blobs' ? ' or exact code search' : ''}`;
  throw renderError(400, messageOf(context.instance, words));
}

/** Older versions put the words into an object. */
const messageOf = ({ version }: Instance, words: string) => (atLeast(version, '18.9.0') ? words : { error: words });

function answer(context: SearchContext, within: Place | undefined): Reply {
  const { params, user, world } = context;
  if (params.fields && typeOf(context) === 'basic') {
    throw renderError(400, 'fields is supported only for advanced search');
  }
  const inside = (project: Project) =>
    within === undefined || project === within || (within.kind === 'group' && ancestors(project).includes(within));
  const projects = world.projects.filter(
    (project) =>
      inside(project) &&
      maySee(world, user, project) &&
      (!project.archived || params.include_archived || project === within),
  );
  const reply = scopes[params.scope]({
    context,
    words: params.search,
    projects,
    within,
    state: params.state,
    confidential: params.confidential,
    direction: params.sort,
    ref: params.ref,
    titles: params.fields !== undefined,
  });
  return new Reply(reply.status, reply.body, { ...reply.headers, 'x-search-type': typeOf(context) });
}
