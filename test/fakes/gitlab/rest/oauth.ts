// OAuth as far as a client that holds a token needs it: refreshing, looking at and revoking it.
import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { ApiError, status } from '../http/reply.js';
import { type Route, rootRoute } from '../http/route.js';
import type { Token } from '../world/types.js';
import type { World } from '../world/world.js';

const LIFETIME = 7200;

const refreshParams = z.object({ grant_type: z.string(), refresh_token: z.string(), client_id: z.string().optional() });

export const oauth: Route[] = [
  // A refresh ends both old tokens: whoever refreshes a second time with the same one is refused.
  rootRoute('POST', '/oauth/token', { authenticated: false, params: refreshParams }, ({ world, params }) => {
    if (params.grant_type !== 'refresh_token') throw oauthError('unsupported_grant_type', UNSUPPORTED);
    const old = world.tokens.find((token) => token.refreshToken === params.refresh_token);
    if (!old || old.revoked || (params.client_id && params.client_id !== old.applicationUid)) {
      throw oauthError('invalid_grant', INVALID_GRANT);
    }
    old.revoked = true;
    const token = world.addToken({
      kind: 'oauth',
      user: old.user,
      scopes: old.scopes,
      applicationUid: old.applicationUid,
      value: randomBytes(32).toString('hex'),
    });
    return status(200, {
      access_token: token.value,
      token_type: 'Bearer',
      expires_in: LIFETIME,
      refresh_token: token.refreshToken,
      scope: token.scopes.join(' '),
      created_at: seconds(token.createdAt),
    });
  }),

  rootRoute('GET', '/oauth/token/info', { authenticated: true, scopes: 'any' }, ({ world, token, currentUser }) => {
    if (token?.kind !== 'oauth') throw oauthError('invalid_token', 'The access token is invalid', 401);
    const left = secondsLeft(world, token);
    return {
      resource_owner_id: currentUser.id,
      scope: token.scopes,
      expires_in: left,
      application: { uid: token.applicationUid ?? null },
      created_at: seconds(token.createdAt),
      scopes: token.scopes,
      expires_in_seconds: left,
    };
  }),

  rootRoute(
    'POST',
    '/oauth/revoke',
    { authenticated: false, params: z.object({ token: z.string() }) },
    ({ world, params }) => {
      const token = world.tokens.find(({ value, refreshToken }) => [value, refreshToken].includes(params.token));
      if (token) token.revoked = true;
      return status(200, {});
    },
  ),
];

const INVALID_GRANT =
  'The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.';
const UNSUPPORTED = 'The authorization grant type is not supported by the authorization server.';

const oauthError = (error: string, description: string, code = 400): ApiError =>
  new ApiError(code, { error, error_description: description });

const seconds = (date: Date): number => Math.floor(date.getTime() / 1000);

const secondsLeft = (world: World, { expiresAt }: Token): number | null =>
  expiresAt ? Math.floor((expiresAt.getTime() - world.now().getTime()) / 1000) : null;
