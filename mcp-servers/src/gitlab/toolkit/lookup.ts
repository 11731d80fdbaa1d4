// Names that people use, as the numbers that GitLab wants.
import * as z from 'zod';
import { ToolError } from '../../kit/index.js';
import type { Place } from '../client/endpoint.js';
import type { Call } from './call.js';

/** What a tool that looks names up has to declare. Unlike the list of members, tokens of agents may read this one. */
export const memberLookup = 'GET /projects/:id/users';
export const milestoneLookup = 'GET /projects/:id/milestones';

const member = z.object({ id: z.number(), username: z.string() });
const milestone = z.object({ id: z.number(), title: z.string() });

/** People by user name and a milestone by title, as tools take them. */
interface Named {
  assignees?: string[] | undefined;
  reviewers?: string[] | undefined;
  milestone?: string | undefined;
}

/** The fields of a request's body, with numbers in place of names; those that were not given are undefined. */
export async function numbered<Input extends Named>(
  call: Call<typeof memberLookup | typeof milestoneLookup>,
  id: Place,
  { assignees, reviewers, milestone, ...rest }: Input,
) {
  const assignee_ids = await userIds(call, id, assignees);
  const reviewer_ids = await userIds(call, id, reviewers);
  const milestone_id = await milestoneId(call, id, milestone);
  return { ...rest, assignee_ids, reviewer_ids, milestone_id };
}

/** The ids of project members by user name, with or without `@`. Throws ToolError `no-such-user`. */
async function userIds(
  call: Call<typeof memberLookup>,
  id: Place,
  usernames: readonly string[] | undefined,
): Promise<number[] | undefined> {
  if (usernames === undefined) return undefined;
  return Promise.all(usernames.map((name) => userId(call, id, name.replace(/^@/, ''))));
}

async function userId(call: Call<typeof memberLookup>, id: Place, name: string): Promise<number> {
  const { items } = await call.list(memberLookup, { params: { id }, query: { search: name }, limit: 100 }, member);
  const found = items.find(({ username }) => username.toLowerCase() === name.toLowerCase());
  if (found) return found.id;
  const near = items
    .flatMap(({ username }) => (/^[\w.-]{1,64}$/.test(username) ? `@${username}` : []))
    .slice(0, 5)
    .join(', ');
  throw new ToolError(
    'no-such-user',
    `No member of the project is called @${name}.${near && ` Near: ${near}.`}`,
    'List the members with list_project_items (kind: members).',
  );
}

/** The id of a milestone of the project or its groups by title; `''` is none (0). Throws ToolError `no-such-milestone`. */
async function milestoneId(
  call: Call<typeof milestoneLookup>,
  id: Place,
  title: string | undefined,
): Promise<number | undefined> {
  if (title === undefined) return undefined;
  if (title === '') return 0;
  const query = { title, include_ancestors: true };
  const { items } = await call.list(milestoneLookup, { params: { id }, query, limit: 20 }, milestone);
  const found = items.find((one) => one.title === title);
  if (found) return found.id;
  throw new ToolError(
    'no-such-milestone',
    `There is no milestone ${JSON.stringify(title)}.`,
    'List them with list_project_items (kind: milestones).',
  );
}
