// One epic to test with, `Payments` of the group `acme`, and GraphQL questions about it.
import { type AccessLevel, access, type Epic, type Group } from '../world/types.js';
import { startWorkplace, type Workplace } from './workplace.js';

interface Result {
  data?: Record<string, unknown> | null;
  errors?: { message: string; path?: string[]; extensions?: Record<string, unknown> }[];
}

export interface Planning extends Workplace {
  group: Group;
  epic: Epic;
  /** Sends a query, as ada unless a token is given. */
  ask(query: string, variables?: object, token?: string): Promise<Result & { status: number }>;
  /** The token of a new member of the group. */
  tokenOf(level: AccessLevel): string;
}

export async function startPlanning(): Promise<Planning> {
  const at = await startWorkplace();
  const { ada, gitlab } = at;
  const { world } = gitlab;
  const group = world.group('acme') ?? world.addGroup({ path: 'acme' });
  world.addMember(group, ada, access.maintainer);
  const epic = world.addEpic({ group, author: ada, title: 'Payments', description: 'By card', labels: ['plan'] });
  const own = world.addToken({ user: ada }).value;
  const ask: Planning['ask'] = async (query, variables = {}, token = own) => {
    const response = await fetch(`${gitlab.url}/api/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    return { status: response.status, ...((await response.json()) as Result) };
  };
  const tokenOf = (level: AccessLevel): string => {
    const user = world.addUser();
    world.addMember(group, user, level);
    return world.addToken({ user }).value;
  };
  return { ...at, group, epic, ask, tokenOf };
}

/** One field of the answer, of which the test knows the type. */
export const part = <T>({ data }: Result, name: string): T => data?.[name] as T;

export const gidOf = ({ workItemId }: Epic): string => `gid://gitlab/WorkItem/${workItemId}`;
