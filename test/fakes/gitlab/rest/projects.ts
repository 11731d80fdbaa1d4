// Projects: lists, one, languages, and who is in them.
import { extname } from 'node:path';
import * as z from 'zod';
import { basicProject, projectEntity } from '../entities/project.js';
import { userBasic } from '../entities/user.js';
import type { Context } from '../http/context.js';
import { p } from '../http/params.js';
import { ApiError, forbidden, type Reply } from '../http/reply.js';
import { type Route, route } from '../http/route.js';
import { contains } from '../services/search.js';
import { levelOf, mayReadCode, maySee } from '../world/access.js';
import { pathOf } from '../world/places.js';
import { access, type Project } from '../world/types.js';
import { sorted } from './sorting.js';
import { findUser } from './users.js';

const scopes = ['ai_workflows'];

const filters = {
  order_by: p.oneOf('id', 'name', 'path', 'created_at', 'updated_at', 'last_activity_at', 'star_count', 'similarity'),
  archived: p.boolean().optional(),
  visibility: p.oneOf('private', 'internal', 'public').optional(),
  search: p.string().optional(),
  search_namespaces: p.boolean().optional(),
  owned: p.boolean().default(false),
  membership: p.boolean().default(false),
  simple: p.boolean().default(false),
  with_issues_enabled: p.boolean().default(false),
  with_merge_requests_enabled: p.boolean().default(false),
  min_access_level: p.integer().optional(),
  id_after: p.integer().optional(),
  id_before: p.integer().optional(),
  last_activity_after: p.time().optional(),
  last_activity_before: p.time().optional(),
  topic: p.csv().optional(),
  sort: p.oneOf('asc', 'desc').default('desc'),
  pagination: p.oneOf('legacy', 'keyset').default('legacy'),
};

export const listParams = z.object({ ...filters, order_by: filters.order_by.default('created_at') });

type ListContext = Context<z.output<typeof listParams>>;

/** Those of `candidates` that the user may see and that the filters let through, one page of them. */
export function listProjects(context: ListContext, candidates: readonly Project[]): Reply {
  const { params, user, world } = context;
  const found = candidates.filter((project) => maySee(world, user, project) && passes(context, project));
  const key = {
    id: (project: Project) => project.id,
    name: (project: Project) => project.name.toLowerCase(),
    path: (project: Project) => project.path.toLowerCase(),
    created_at: (project: Project) => project.createdAt,
    updated_at: (project: Project) => project.lastActivityAt,
    last_activity_at: (project: Project) => project.lastActivityAt,
    star_count: (project: Project) => project.starCount,
    similarity: (project: Project) => project.name.toLowerCase(),
  }[params.order_by];
  const rows = sorted<Project>(found, key, params.sort);
  const present = (project: Project) =>
    params.simple || !user ? basicProject(world, project, user) : projectEntity(world, project, user);
  if (params.pagination !== 'keyset') return context.paginate(rows, present);
  if (params.order_by !== 'id') throw keysetNotSupported();
  const parameter = params.sort === 'asc' ? 'id_after' : 'id_before';
  return context.paginateFrom(rows, present, ({ id }) => ({ [parameter]: String(id) }));
}

function keysetNotSupported() {
  return new ApiError(405, { error: 'Keyset pagination is not yet available for this type of request' });
}

function passes({ params, user, world }: ListContext, project: Project): boolean {
  const level = levelOf(world, user, project);
  const texts = [project.name, project.path, project.description];
  const { id, lastActivityAt } = project;
  return (
    (params.archived === undefined || project.archived === params.archived) &&
    (params.visibility === undefined || project.visibility === params.visibility) &&
    (!params.search || contains(params.search, ...texts, params.search_namespaces ? pathOf(project) : null)) &&
    (!params.owned || level >= access.owner) &&
    (!params.membership || (level > 0 && !user?.admin)) &&
    (!params.with_issues_enabled || project.issuesEnabled) &&
    (!params.with_merge_requests_enabled || project.mergeRequestsEnabled) &&
    level >= (params.min_access_level ?? 0) &&
    id > (params.id_after ?? 0) &&
    id < (params.id_before ?? Number.POSITIVE_INFINITY) &&
    (!params.last_activity_after || lastActivityAt >= params.last_activity_after) &&
    (!params.last_activity_before || lastActivityAt <= params.last_activity_before) &&
    (params.topic ?? []).every((topic) => project.topics.includes(topic))
  );
}

export const projects: Route[] = [
  route('GET', '/projects', { params: listParams, scopes }, (context) => listProjects(context, context.world.projects)),

  route('GET', '/users/:user_id/projects', { params: listParams, scopes }, (context) => {
    const owner = findUser(context, context.path['user_id'] ?? '');
    return listProjects(
      context,
      context.world.projects.filter(({ namespace }) => namespace === owner),
    );
  }),

  route('GET', '/projects/:id', { scopes }, (context) => {
    const project = context.project();
    const { user, world } = context;
    return user ? projectEntity(world, project, user) : basicProject(world, project, user);
  }),

  route('GET', '/projects/:id/languages', { scopes }, (context) => {
    const project = context.project();
    if (!mayReadCode(context.world, context.user, project)) throw forbidden();
    return languages(project);
  }),

  route('GET', '/projects/:id/users', { scopes, params: z.object({ search: p.string().optional() }) }, (context) => {
    const project = context.project();
    const { search = '' } = context.params;
    const members = context.world.users.filter((user) => !user.admin && levelOf(context.world, user, project) > 0);
    return context.paginate(
      members.filter(({ name, username }) => contains(search, name, username)),
      (user) => userBasic(context.world, user),
    );
  }),

  route('GET', '/projects/:id/forks', { scopes, params: listParams }, (context) => {
    const project = context.project();
    return listProjects(
      context,
      context.world.projects.filter(({ forkedFrom }) => forkedFrom === project),
    );
  }),
];

const LANGUAGES: Record<string, string> = {
  '.c': 'C',
  '.css': 'CSS',
  '.go': 'Go',
  '.html': 'HTML',
  '.java': 'Java',
  '.js': 'JavaScript',
  '.mjs': 'JavaScript',
  '.py': 'Python',
  '.rb': 'Ruby',
  '.rs': 'Rust',
  '.sh': 'Shell',
  '.ts': 'TypeScript',
};

/** Percent of the bytes in known languages, the largest first. */
function languages({ repository, defaultBranch }: Project): Record<string, number> {
  const branch = repository?.resolve(`refs/heads/${defaultBranch}`);
  if (!repository || !branch) return {};
  const bytes = new Map<string, number>();
  for (const line of repository.git('ls-tree', '-r', '-l', '-z', branch).split('\0')) {
    const [, size = '0', path = ''] = /^\d+ blob \w+ +(\d+)\t(.*)$/s.exec(line) ?? [];
    const language = LANGUAGES[extname(path)];
    if (language) bytes.set(language, (bytes.get(language) ?? 0) + Number(size));
  }
  const total = [...bytes.values()].reduce((sum, count) => sum + count, 0);
  const ranked = [...bytes].sort((a, b) => b[1] - a[1]);
  return Object.fromEntries(ranked.map(([name, count]) => [name, Math.round((count / total) * 10_000) / 100]));
}
