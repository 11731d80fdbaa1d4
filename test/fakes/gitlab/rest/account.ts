// Who one is and what one's token may do: /user, /personal_access_tokens/self, /version, /metadata.
import { ownUser } from '../entities/user.js';
import { isActive } from '../http/auth.js';
import type { Context } from '../http/context.js';
import { notFound } from '../http/reply.js';
import { type Instance, type Route, route } from '../http/route.js';
import type { Token } from '../world/types.js';

export const account: Route[] = [
  route('GET', '/user', { authenticated: true, scopes: ['read_user'] }, ({ world, currentUser }) =>
    ownUser(world, currentUser),
  ),

  route('GET', '/personal_access_tokens/self', { authenticated: true, scopes: 'any' }, (context) => {
    const { token } = context;
    if (!token || token.kind === 'oauth' || token.kind === 'job') throw notFound('Personal Access Token');
    return tokenEntity(context, token);
  }),

  route('GET', '/version', { authenticated: true, scopes: ['read_user', 'ai_features'] }, ({ instance }) => ({
    version: versionText(instance),
    revision: REVISION,
  })),

  route('GET', '/metadata', { authenticated: true, scopes: ['read_user', 'ai_features'] }, ({ instance }) => ({
    version: versionText(instance),
    revision: REVISION,
    kas: { enabled: false, externalUrl: null, externalK8sProxyUrl: null, version: null },
    enterprise: instance.edition === 'ee',
  })),
];

function tokenEntity({ world }: Context, token: Token) {
  return {
    id: token.id,
    name: token.name,
    revoked: token.revoked,
    created_at: token.createdAt,
    description: null,
    scopes: token.scopes,
    user_id: token.user.id,
    last_used_at: token.lastUsedAt ?? null,
    active: isActive(world, token),
    expires_at: token.expiresAt?.toISOString().slice(0, 10) ?? null,
  };
}

const REVISION = '6c5a2d1e4f0';

const versionText = ({ version, edition }: Instance): string => (edition === 'ee' ? `${version}-ee` : version);
