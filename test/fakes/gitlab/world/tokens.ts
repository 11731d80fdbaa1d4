// What a request proves with who sends it.
import { randomBytes } from 'node:crypto';
import type { Job } from './ci.js';
import type { Input } from './input.js';
import { type AccessLevel, access, type User } from './people.js';
import type { Place } from './places.js';
import type { World } from './world.js';

export type TokenKind = 'personal' | 'project' | 'group' | 'oauth' | 'job';

export interface Token {
  id: number;
  kind: TokenKind;
  /** What is sent in the header. */
  value: string;
  name: string;
  user: User;
  scopes: string[];
  revoked: boolean;
  createdAt: Date;
  lastUsedAt: Date | undefined;
  /** Personal, project and group tokens die at the start of this day, OAuth tokens at this instant. */
  expiresAt: Date | undefined;
  /** OAuth only. */
  refreshToken: string | undefined;
  applicationUid: string | undefined;
  /** Job tokens only. */
  job: Job | undefined;
}

/** `for`, of project and group tokens, is what the token's bot becomes a member of, by default as a maintainer. */
export type TokenInput = Input<Token> & { for?: Place; accessLevel?: AccessLevel };

const PREFIXES: Record<TokenKind, string> = {
  personal: 'glpat-',
  project: 'glpat-',
  group: 'glpat-',
  oauth: '',
  job: 'glcbt-',
};

const OAUTH_LIFETIME_MS = 2 * 3_600_000;

export function newToken(world: World, input: TokenInput): Token {
  const { for: place, accessLevel = access.maintainer, ...rest } = input;
  const kind = input.kind ?? 'personal';
  const id = world.ids.next('token');
  const user = input.user ?? (place ? addBot(world, place, accessLevel, id) : (world.users[0] ?? world.addUser()));
  const oauth = kind === 'oauth';
  return {
    id,
    value: PREFIXES[kind] + secret(),
    name: `token ${id}`,
    scopes: ['api'],
    revoked: false,
    createdAt: world.now(),
    lastUsedAt: undefined,
    expiresAt: oauth ? new Date(world.now().getTime() + OAUTH_LIFETIME_MS) : undefined,
    refreshToken: oauth ? secret() : undefined,
    applicationUid: oauth ? secret() : undefined,
    job: undefined,
    ...rest,
    kind,
    user,
  };
}

function addBot(world: World, place: Place, accessLevel: AccessLevel, id: number): User {
  const bot = world.addUser({ username: `${place.kind}_${place.id}_bot_${id}`, name: `token ${id}`, bot: true });
  world.addMember(place, bot, accessLevel);
  return bot;
}

const secret = (): string => randomBytes(16).toString('hex');
