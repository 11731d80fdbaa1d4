// A route is a value: method, path, what it asks for, and what answers.
import type * as z from 'zod';
import type { Context } from './context.js';
import type { Constraints } from './params.js';
import type { ApiError } from './reply.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What routes may depend on. */
export interface Instance {
  version: string;
  edition: 'ee' | 'ce';
  /** Advanced search is set up. */
  advancedSearch: boolean;
  /** Epics can be reached by REST; else only as work items, by GraphQL. */
  restEpics: boolean;
}

export interface Needs<S extends z.ZodObject> extends Constraints {
  /** Query and body together, by the names they have in GitLab's documentation; see `p` in params.ts. */
  params?: S;
  /** A token is needed. Default: for every method but GET. */
  authenticated?: boolean;
  /** Scopes that suffice, beside `api` and, for GET, `read_api`. */
  scopes?: readonly string[] | 'any';
  /** A CI job's token suffices. */
  jobToken?: boolean;
  /** What is answered to a token that does not count, where it is not what REST answers. */
  refusal?: (error: ApiError) => ApiError;
  /** Whether this instance has the route at all. */
  when?: (instance: Instance) => boolean;
  /** The limit of its own that requests count against, as in GitLab's settings: `search_rate_limit`, `notes_create`. */
  limit?: string;
}

export interface Route {
  method: Method;
  /** Segments of the path, from the instance's root on. `:name` is one segment, a last `*name` all that follow. */
  segments: readonly string[];
  /** The path as GitLab's documentation writes it. */
  path: string;
  needs: Needs<z.ZodObject>;
  handle(context: Context<never>): unknown;
}

type Handler<P> = (context: Context<P>) => unknown;

/** A route below `/api/v4`. */
export function route<S extends z.ZodObject = z.ZodObject<Record<never, never>>>(
  method: Method,
  path: string,
  needs: Needs<S>,
  handle: Handler<z.output<S>>,
): Route {
  return rootRoute(method, `/api/v4${path}`, needs, handle);
}

/** A route elsewhere on the instance, such as `/oauth/token` or `/api/graphql`. */
export function rootRoute<S extends z.ZodObject = z.ZodObject<Record<never, never>>>(
  method: Method,
  path: string,
  needs: Needs<S>,
  handle: Handler<z.output<S>>,
): Route {
  return { method, path, segments: path.split('/').slice(1), needs, handle: handle as Route['handle'] };
}

export interface Match {
  route: Route;
  path: Readonly<Record<string, string>>;
}

/** The first route that fits, or the methods that the path has, which is empty for an unknown path. */
export function findRoute(routes: readonly Route[], method: string, path: string): Match | Method[] {
  const segments = path.split('/').slice(1);
  const allowed = new Set<Method>();
  for (const route of routes) {
    const found = matchSegments(route.segments, segments);
    if (!found) continue;
    if (route.method === (method === 'HEAD' ? 'GET' : method)) return { route, path: found };
    allowed.add(route.method);
  }
  return [...allowed];
}

function matchSegments(pattern: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  const values: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    if (part.startsWith('*')) {
      const rest = decoded(given.slice(index).join('/'));
      if (!rest) return undefined;
      values[part.slice(1)] = rest;
      return values;
    }
    const segment = given[index];
    if (!segment) return undefined;
    const value = decoded(segment);
    if (value === undefined) return undefined;
    if (part.startsWith(':')) values[part.slice(1)] = value;
    else if (part !== value) return undefined;
  }
  return pattern.length === given.length ? values : undefined;
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
