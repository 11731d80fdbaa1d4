// What can be searched where, and with what.
import { ToolError } from '../../kit/index.js';
import { GitLabError } from '../client/errors.js';

export const levels = ['project', 'group', 'instance'] as const;
export type Level = (typeof levels)[number];

export const scopes = [
  'blobs',
  'commits',
  'issues',
  'merge_requests',
  'milestones',
  'notes',
  'projects',
  'users',
  'wiki_blobs',
  'snippet_titles',
] as const;
export type Scope = (typeof scopes)[number];

/** What GitLab's database answers; the rest of a level takes advanced search (doc/api/search.md). */
const basic: Record<Level, readonly Scope[]> = {
  project: ['blobs', 'commits', 'issues', 'merge_requests', 'milestones', 'notes', 'users', 'wiki_blobs'],
  group: ['issues', 'merge_requests', 'milestones', 'projects', 'users'],
  instance: ['issues', 'merge_requests', 'milestones', 'projects', 'snippet_titles', 'users'],
};
const advanced: readonly Scope[] = ['blobs', 'commits', 'notes', 'wiki_blobs'];

const offers = (level: Level, scope: Scope) => basic[level].includes(scope) || advanced.includes(scope);

/** Filters that GitLab would silently ignore elsewhere. */
const filters = {
  state: ['issues', 'merge_requests'],
  confidential: ['issues'],
  fields: ['issues', 'merge_requests'],
  ref: ['blobs', 'commits', 'wiki_blobs'],
  regex: ['blobs'],
} as const satisfies Record<string, readonly Scope[]>;
export type Filters = { [Name in keyof typeof filters]?: unknown };

/** Throws ToolError `no-such-scope` or `bad-arguments` for what GitLab has at no level, edition or setting. */
export function checkScope(level: Level, scope: Scope, given: Filters): void {
  if (!offers(level, scope)) {
    const places = levels.filter((one) => offers(one, scope)).join(' or ');
    throw new ToolError(
      'no-such-scope',
      `GitLab has no search for ${scope} in: ${level}. Nothing was sent.`,
      `Search ${scope} in: ${places}. In: ${level} has ${scopes.filter((one) => offers(level, one)).join(', ')}.`,
    );
  }
  for (const [name, takes] of Object.entries(filters) as [keyof Filters, readonly Scope[]][]) {
    if (given[name] === undefined || (takes.includes(scope) && (name !== 'ref' || level === 'project'))) continue;
    const where = name === 'ref' ? `${takes.join(', ')} in a project` : takes.join(', ');
    throw new ToolError('bad-arguments', `\`${name}\` works for ${where} only.`, `Leave \`${name}\` out.`);
  }
}

/** A refusal that says what this instance lacks, in terms of this tool. */
export function explained(error: unknown, level: Level, scope: Scope): unknown {
  if (!(error instanceof GitLabError)) return error;
  const { status, message } = error;
  const fail = (code: string, problem: string, remedy: string) => new GitLabError(status, code, problem, remedy);
  const needsMore = advanced.includes(scope) && !basic[level].includes(scope);
  if (status === 400 && needsMore && /scope/i.test(message)) {
    const engine = scope === 'blobs' ? 'advanced or exact code search' : 'advanced search';
    return fail(
      'scope-unavailable',
      `This GitLab has no ${engine} here, so it cannot search ${scope} in a whole ${level}.`,
      `Search ${scope} in: project, one project at a time; in the ${level} it can search ${basic[level].join(', ')}.`,
    );
  }
  if (status === 403 && /disabled for this scope/i.test(message)) {
    return fail(
      'scope-unavailable',
      `The administrators of this GitLab have switched off searching ${scope} in the whole instance.`,
      'Search in: group or in: project.',
    );
  }
  if (status === 400 && /supported only|only (with|for)|search type|not available/i.test(message)) {
    return fail(
      'search-type-unavailable',
      `This GitLab cannot search like that. ${message}`,
      'Leave `search_type`, `regex` and `fields` out: basic search does without them.',
    );
  }
  if (status === 408)
    return fail('timeout', 'GitLab gave up searching: it took too long.', 'Use rarer words, or a smaller place.');
  return error;
}
