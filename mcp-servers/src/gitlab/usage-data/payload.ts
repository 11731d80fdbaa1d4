// get_usage_data: parts of documents that hold thousands of figures, walked like folders.
import * as z from 'zod';
import { ToolError } from '../../kit/index.js';
import { clip } from '../../untrusted/index.js';
import { GitLabError } from '../client/errors.js';
import { listOutput, pageWithin, pagingInput } from '../toolkit/paging.js';
import { gitlabTool } from '../toolkit/tool.js';

const endpoints = {
  service_ping: 'GET /usage_data/service_ping',
  queries: 'GET /usage_data/queries',
  non_sql_metrics: 'GET /usage_data/non_sql_metrics',
} as const;
type Kind = keyof typeof endpoints;

export const getUsageData = gitlabTool({
  name: 'get_usage_data',
  title: 'Get usage data',
  description:
    "What is at `path` (counts.ci_builds; else the top) of the instance's last Service Ping, of the SQL behind it, or of its other metrics. `search`: keys below it.",
  effect: 'read',
  endpoints: Object.values(endpoints),
  input: z.strictObject({
    kind: z.enum(['service_ping', 'queries', 'non_sql_metrics']).default('service_ping'),
    path: z.string().optional(),
    search: z.string().optional(),
    ...pagingInput,
  }),
  output: listOutput('entries', { key: z.string() }),
  async run({ kind, path, search, cursor, limit }, call) {
    const payload = await call.get(endpoints[kind], {}, z.record(z.string(), z.unknown()).nullish()).catch((error) => {
      throw explained(error, kind);
    });
    const about = `usage data (${kind}) of ${call.instance}`;
    if (!payload || Object.keys(payload).length === 0) return { about, data: { entries: [] }, note: nothing };
    const at = path === undefined ? payload : valueAt(payload, path);
    const entries =
      search === undefined ? childrenOf(at, path) : leavesOf(at, path).filter(({ key }) => matches(key, search));
    const { items, ...rest } = pageWithin(entries, { cursor, limit });
    return { about, data: { entries: items.map(shown), ...rest }, source: true };
  },
});

const nothing =
  'GitLab has collected nothing yet: Service Ping may be off, or its weekly run has not been. An administrator can generate it.';

interface Entry {
  key: string;
  value: unknown;
}

/** Throws ToolError `no-such-path`. Keys may hold dots themselves, so that the longest one that fits is taken. */
function valueAt(value: unknown, path: string): unknown {
  if (!isBranch(value)) throw noSuchPath(path);
  if (path in value) return value[path];
  const prefix = Object.keys(value)
    .filter((key) => path.startsWith(`${key}.`))
    .sort((a, b) => b.length - a.length)[0];
  if (prefix === undefined) throw noSuchPath(path);
  return valueAt(value[prefix], path.slice(prefix.length + 1));
}

function childrenOf(value: unknown, path: string | undefined): Entry[] {
  if (!isBranch(value)) return [{ key: path ?? '', value }];
  return Object.entries(value).map(([key, one]) => ({ key: joined(path, key), value: one }));
}

function leavesOf(value: unknown, path: string | undefined): Entry[] {
  if (!isBranch(value)) return [{ key: path ?? '', value }];
  return Object.entries(value).flatMap(([key, one]) => leavesOf(one, joined(path, key)));
}

/** Characters of a value that are shown: SQL may be long. */
const longest = 1000;

function shown({ key, value }: Entry) {
  if (isBranch(value)) return { key, below: leavesOf(value, undefined).length };
  const plain = Array.isArray(value) ? JSON.stringify(value) : value;
  return { key, value: typeof plain === 'string' ? clip(plain, longest) : plain };
}

const joined = (path: string | undefined, key: string) => (path ? `${path}.${key}` : key);

const matches = (key: string, search: string) => key.toLowerCase().includes(search.toLowerCase());

const isBranch = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;

function noSuchPath(path: string): ToolError {
  return new ToolError(
    'no-such-path',
    `There is nothing at ${JSON.stringify(path)}.`,
    'Walk down from the top, or use search.',
  );
}

const flags = { queries: 'usage_data_queries_api', non_sql_metrics: 'usage_data_non_sql_metrics' };

/** Who may read usage data, and what has to be on (doc/api/usage_data.md). */
function explained(error: unknown, kind: Kind): unknown {
  if (!(error instanceof GitLabError) || ![401, 403, 404].includes(error.status)) return error;
  if (kind === 'service_ping') {
    return new ToolError(
      error.code,
      `GitLab does not show its Service Ping to this token. ${error.message}`,
      "Tell the user: it takes an administrator's token with the scope read_service_ping, on GitLab 16.9 or later that is self-managed.",
    );
  }
  return new ToolError(
    error.code,
    `GitLab does not show ${kind} to this token. ${error.message}`,
    `Tell the user: it takes an administrator's token, and the feature flag ${flags[kind]}, which is off by default.`,
  );
}
