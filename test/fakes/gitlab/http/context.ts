// What a handler works with: the parsed request, the world, and GitLab's rules for finding and refusing.
import type { IncomingHttpHeaders } from 'node:http';
import { levelOf, maySee } from '../world/access.js';
import type { AccessLevel, Group, Place, Project, Token, User } from '../world/types.js';
import type { World } from '../world/world.js';
import { firstPage, keysetPage, offsetPage, type PagingRequest } from './paging.js';
import type { Params } from './params.js';
import { ApiError, forbidden, notFound, parameterError, type Reply, unauthorized } from './reply.js';
import type { Instance } from './route.js';

export interface Request {
  method: string;
  /** As it was sent: encoded, without the path prefix and the query. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export class Context<P = Params> {
  constructor(
    readonly world: World,
    readonly instance: Instance,
    readonly request: Request,
    /** Decoded parts of the path. */
    readonly path: Readonly<Record<string, string>>,
    /** Query and body, parsed by the route's schema. */
    readonly params: P,
    /** The same, unparsed: to see what was sent at all. */
    readonly given: Params,
    readonly token: Token | undefined,
  ) {}

  /** Undefined for an anonymous request. */
  get user(): User | undefined {
    return this.token?.user;
  }

  /** Throws a 401 for an anonymous request. */
  get currentUser(): User {
    if (!this.user) throw unauthorized();
    return this.user;
  }

  /** A number in the path. Throws a 400 for anything else: `issue_iid is invalid`. */
  id(name: string): number {
    const text = this.path[name] ?? '';
    if (!/^\d{1,15}$/.test(text)) throw parameterError(`${name} is invalid`);
    return Number(text);
  }

  /** The project `:id` (number or full path). Throws GitLab's 404 where there is none that the user may see, 301 for a moved one. */
  project(id = this.path['id'] ?? ''): Project {
    const { world } = this;
    const project = byId(world.projects, id) ?? world.project(id);
    if (project && maySee(world, this.user, project)) return project;
    const moved = world.projects.find((one) => one.formerPaths.includes(id));
    if (moved && maySee(world, this.user, moved)) throw this.#moved(moved);
    throw notFound('Project');
  }

  /** The group `:id` (number or full path). Throws GitLab's 404. */
  group(id = this.path['id'] ?? ''): Group {
    const group = byId(this.world.groups, id) ?? this.world.group(id);
    if (!group || !maySee(this.world, this.user, group)) throw notFound('Group');
    return group;
  }

  /** The user's access level in a project or group, 0 for none. */
  level(source: Place): number {
    return levelOf(this.world, this.user, source);
  }

  can(level: AccessLevel, source: Place): boolean {
    return this.level(source) >= level;
  }

  /** Throws a 403 (401 for an anonymous request) unless the user has at least that level. */
  authorize(level: AccessLevel, source: Place): void {
    if (this.can(level, source)) return;
    throw this.user ? forbidden() : unauthorized();
  }

  /** Throws a 403 (401 for an anonymous request) unless the user is an administrator. */
  authorizeAdmin(): void {
    if (!this.currentUser.admin) throw forbidden();
  }

  /** One page by `page` and `per_page`, with GitLab's headers. */
  paginate<T>(rows: readonly T[], present: (row: T) => unknown, options: { totals?: boolean } = {}): Reply {
    return offsetPage(this.#paging, rows, present, options);
  }

  /** One page of a list that has `pagination=keyset`; `key` is unique and orders the rows. */
  paginateByKey<T>(rows: readonly T[], present: (row: T) => unknown, key: (row: T) => number | string): Reply {
    return keysetPage(this.#paging, rows, present, key);
  }

  /** The first page of rows that begin where the last page ended; `next` is what the link to the next one carries. */
  paginateFrom<T>(rows: readonly T[], present: (row: T) => unknown, next: (last: T) => Record<string, string>): Reply {
    return firstPage(this.#paging, rows, present, next);
  }

  get #paging(): PagingRequest {
    const { path, query } = this.request;
    return { url: `${this.world.url}${path}`, query, params: this.given };
  }

  #moved(project: Project): ApiError {
    const { path, query } = this.request;
    const segments = path.split('/');
    const rest = segments.slice(segments.indexOf('projects') + 2);
    const search = query.size > 0 ? `?${query}` : '';
    const location = `${this.world.url}/api/v4/${['projects', project.id, ...rest].join('/')}${search}`;
    if (!['GET', 'HEAD'].includes(this.request.method)) {
      return new ApiError(405, { message: 'Non GET methods are not allowed for moved projects' });
    }
    return new ApiError(301, `This resource has been moved permanently to ${location}`, {
      location,
      'content-type': 'text/plain',
    });
  }
}

/** Numbers are ids, all else are paths: a project whose path is digits is only found by its full path. */
function byId<T extends { id: number }>(list: readonly T[], id: string): T | undefined {
  return /^\d+$/.test(id) ? list.find((one) => one.id === Number(id)) : undefined;
}
