// Who asks, and what the token allows: headers, expiry, revocation, scopes.
import type { IncomingHttpHeaders } from 'node:http';
import type { Token } from '../world/types.js';
import type { World } from '../world/world.js';
import { ApiError, unauthorized } from './reply.js';
import type { Route } from './route.js';

/** The token of a request; undefined for a request without one. Throws a 401 for one that does not (or no longer) count. */
export function authenticate(world: World, headers: IncomingHttpHeaders, route: Route): Token | undefined {
  try {
    return readToken(world, headers, route);
  } catch (error) {
    throw error instanceof ApiError && route.needs.refusal ? route.needs.refusal(error) : error;
  }
}

function readToken(world: World, headers: IncomingHttpHeaders, route: Route): Token | undefined {
  const job = headers['job-token'];
  if (typeof job === 'string') {
    const token = find(world, job);
    if (!route.needs.jobToken || token?.kind !== 'job' || !isActive(world, token)) throw unauthorized();
    return used(world, token);
  }
  const personal = headers['private-token'];
  if (typeof personal === 'string') {
    const token = find(world, personal);
    if (token?.kind === 'job' && route.needs.jobToken && isActive(world, token)) return used(world, token);
    if (!token || token.kind === 'oauth' || token.kind === 'job') throw unauthorized();
    return used(world, checked(world, token));
  }
  const bearer = /^Bearer\s+(.*)$/i.exec(headers.authorization ?? '')?.[1];
  if (bearer === undefined) return undefined;
  const token = find(world, bearer);
  if (!token || (token.kind === 'job' && !route.needs.jobToken)) throw unauthorized();
  return used(world, checked(world, token));
}

function find(world: World, value: string): Token | undefined {
  return world.tokens.find((token) => token.value === value);
}

function used(world: World, token: Token): Token {
  token.lastUsedAt = world.now();
  return token;
}

export function isActive(world: World, token: Token): boolean {
  return !token.revoked && token.user.state === 'active' && !isExpired(world, token);
}

function isExpired(world: World, { expiresAt }: Token): boolean {
  return expiresAt !== undefined && expiresAt <= world.now();
}

function checked(world: World, token: Token): Token {
  if (token.user.state === 'blocked') {
    throw new ApiError(403, { message: '403 Forbidden - Your account has been blocked.' });
  }
  if (token.revoked) throw invalidToken('Token was revoked. You have to re-authorize from the user.');
  if (isExpired(world, token)) {
    throw invalidToken('Token is expired. You can either do re-authorization or token refresh.');
  }
  return token;
}

/** The same body for personal and OAuth tokens, as GitLab's `API::APIGuard` answers it. */
function invalidToken(description: string): ApiError {
  const body = { error: 'invalid_token', error_description: description };
  const details = Object.entries({ realm: 'Protected by OAuth 2.0', ...body });
  return new ApiError(401, body, {
    'www-authenticate': `Bearer ${details.map(([name, value]) => `${name}="${value}"`).join(', ')}`,
  });
}

/** Throws a 403 `insufficient_scope` where none of the token's scopes admits the request. */
export function requireScope(token: Token, route: Route, method: string): void {
  const { scopes = [] } = route.needs;
  if (token.kind === 'job' || scopes === 'any') return;
  const reading = method === 'GET' || method === 'HEAD';
  const sufficient = [...scopes, 'api', ...(reading ? ['read_api'] : [])];
  if (sufficient.some((scope) => token.scopes.includes(scope))) return;
  // GitLab names `read_api` even where it would not do, and leaves out the header that the standard asks for.
  throw new ApiError(403, {
    error: 'insufficient_scope',
    error_description: 'The request requires higher privileges than provided by the access token.',
    scope: [...scopes, 'api', 'read_api'].join(' '),
  });
}
