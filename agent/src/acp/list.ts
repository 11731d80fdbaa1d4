// The sessions of this machine, a page at a time.
import type { ListSessionsResponse } from '@agentclientprotocol/sdk';
import { AgentError, explain } from '../errors.js';
import { listSessions } from '../session/index.js';
import { metaKeys } from './extension.js';
import { oneLine } from './text.js';

const pageSize = 50;

/** The newest first; those in which nothing was said are left out. Throws AgentError `usage` for a cursor that is none. */
export function listPage(
  home: string,
  { cwd, cursor }: { cwd?: string | null | undefined; cursor?: string | null | undefined },
): ListSessionsResponse {
  if (typeof cursor === 'string' && !/^[0-9a-f-]{1,40}$/.test(cursor)) {
    throw new AgentError('usage', `${JSON.stringify(cursor.slice(0, 50))} is no cursor.`, 'List from the beginning.');
  }
  // On stderr: a log that cannot be read keeps no list from being shown.
  const onDamaged = (error: unknown) => process.stderr.write(`cofferdam: ${explain(error)}\n`);
  const all = listSessions(home, { ...(cwd && { workspace: cwd }), onDamaged })
    .filter(({ prompts }) => prompts > 0)
    .reverse();
  // Ids sort by time of creation, so a page begins where it did even when sessions come and go.
  const rest = cursor ? all.filter(({ id }) => id < cursor) : all;
  const page = rest.slice(0, pageSize);
  const last = page.at(-1);
  return {
    sessions: page.map(({ id, workspace, title, updatedAt, model, stopped, sandbox, cost, running }) => ({
      sessionId: id,
      cwd: workspace,
      title: oneLine(title, 80),
      updatedAt,
      _meta: { [metaKeys.session]: { model, stopped, sandbox, cost, running } },
    })),
    ...(last && rest.length > page.length && { nextCursor: last.id }),
  };
}
