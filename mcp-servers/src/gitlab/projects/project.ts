// get_project and list_projects
import * as z from 'zod';
import type { Place } from '../client/endpoint.js';
import type { Call } from '../toolkit/call.js';
import { type ResponseFormat, responseFormat } from '../toolkit/fields.js';
import { whereOffered } from '../toolkit/offered.js';
import { listOutput, type Page, pagingInput } from '../toolkit/paging.js';
import { gitlabTool } from '../toolkit/tool.js';
import { listedProject, projectView } from './views.js';

const one = 'GET /projects/:id';
const languages = 'GET /projects/:id/languages';

export const getProject = gitlabTool({
  name: 'get_project',
  title: 'Get project',
  description: 'The project with its default branch and languages (percent).',
  effect: 'read',
  endpoints: [one, languages],
  input: z.strictObject({ project: z.string().optional(), response_format: responseFormat }),
  output: z.looseObject({ id: z.int(), path_with_namespace: z.string(), default_branch: z.string().optional() }),
  async run({ project, response_format }, call) {
    const id = await call.project(project);
    const [found, shares] = await Promise.all([
      call.get(one, { params: { id } }, projectView(response_format)),
      whereOffered(call.get(languages, { params: { id } }, z.record(z.string(), z.number()))),
    ]);
    return { about: `project ${id.id}`, data: { ...found, languages: shares } };
  },
});

const everywhere = 'GET /projects';
const inGroup = 'GET /groups/:id/projects';
type Listing = Call<typeof one | typeof everywhere | typeof inGroup>;

interface Wanted {
  search?: string | undefined;
  cursor?: string | undefined;
  limit: number;
  response_format: ResponseFormat;
}
type Found = Page<Record<string, unknown>>;

export const listProjects = gitlabTool({
  name: 'list_projects',
  title: 'List projects',
  description: 'The projects within reach: mostly the bound one alone; all of a group where the policy opens it.',
  effect: 'read',
  endpoints: [one, everywhere, inGroup],
  input: z.strictObject({
    group: z.string().optional(),
    search: z.string().optional(),
    ...pagingInput,
    response_format: responseFormat,
  }),
  output: listOutput('projects', { id: z.int(), path_with_namespace: z.string() }),
  async run({ group, ...wanted }, call) {
    if (group !== undefined || (call.groups.length === 1 && !call.wide)) {
      const place = call.wholeGroup(group);
      const bound = group === undefined && call.projects[0];
      const note = bound ? `The group that the policy opens; the bound project is ${bound}.` : undefined;
      return shown(`projects of the group ${place.id}`, await ofGroup(call, place, wanted), note);
    }
    if (call.wide) return shown('projects', await ofInstance(call, wanted), wanted.search ? undefined : membersOnly);
    return shown('projects within reach', await named(call, wanted), boundNote(call.groups));
  },
});

const membersOnly = "Those that the token's user is a member of; `search` finds others too.";

function boundNote(groups: readonly string[]): string {
  if (groups.length > 0)
    return `The projects that are named by themselves. Groups to list with \`group\`: ${groups.join(', ')}.`;
  return 'This server is bound to these; "groups" or "instance" under "gitlab:" in the user\'s policy file would open more.';
}

function shown(about: string, { items, ...rest }: Found, note?: string) {
  return { about, data: { projects: items, ...rest }, ...(note !== undefined && { note }) };
}

function ofGroup(call: Listing, id: Place, { search, cursor, limit, response_format }: Wanted): Promise<Found> {
  const query = { search, include_subgroups: true, order_by: 'last_activity_at', sort: 'desc' };
  return call.list(inGroup, { params: { id }, query, cursor, limit }, listedProject(response_format));
}

function ofInstance(call: Listing, { search, cursor, limit, response_format }: Wanted): Promise<Found> {
  call.wholeInstance('the list of all projects');
  const query = { search, membership: search === undefined, order_by: 'last_activity_at', sort: 'desc' };
  return call.list(everywhere, { query, cursor, limit }, listedProject(response_format));
}

/** The pinned project and those that the policy names one by one: too few for pages. */
async function named(call: Listing, { search = '', response_format }: Wanted): Promise<Found> {
  const names = call.projects.length > 0 ? call.projects : [undefined];
  const places = await Promise.all(names.map((name) => call.project(name)));
  const items = await Promise.all(
    places.map((id) => call.get(one, { params: { id } }, listedProject(response_format))),
  );
  return { items: items.filter((item) => matches(item, search)) };
}

function matches({ path_with_namespace, description }: Record<string, unknown>, search: string): boolean {
  return `${path_with_namespace} ${description ?? ''}`.toLowerCase().includes(search.toLowerCase());
}
