// track_events: has GitLab count what happened, in the bound project.
import * as z from 'zod';
import type { Call } from '../toolkit/call.js';
import { gitlabTool } from '../toolkit/tool.js';

const one = 'POST /usage_data/track_event';
const several = 'POST /usage_data/track_events';
const itsProject = 'GET /projects/:id';

const event = z.strictObject({
  event: z.string().min(1),
  project: z.string().optional(),
  // GitLab's own three, and any that the event's definition names.
  additional_properties: z
    .looseObject({ label: z.string().optional(), property: z.string().optional(), value: z.number().optional() })
    .optional(),
  send_to_snowplow: z.boolean().optional(),
});

export const trackEvents = gitlabTool({
  name: 'track_events',
  title: 'Track events',
  description: "Counts internal events that the instance defines, as events of the token's user in the project.",
  effect: 'add',
  endpoints: [one, several, itsProject],
  input: z.strictObject({ events: z.array(event).min(1).max(50) }),
  output: z.looseObject({ tracked: z.int() }),
  async run({ events }, call) {
    const located: object[] = [];
    for (const { project, ...rest } of events) located.push({ ...rest, ...(await whereabouts(call, project)) });
    const [first] = located;
    // A single event by itself, which tokens of agents (ai_workflows) may send and older versions know.
    if (located.length === 1 && first) await call.post(one, { body: first }, z.unknown());
    else await call.post(several, { body: { events: located } }, z.unknown());
    return {
      about: `events on ${call.instance}`,
      data: { tracked: located.length },
      note: 'GitLab does not say whether it knows the names: it drops what it does not define.',
    };
  },
});

const located = z.object({ id: z.number(), namespace: z.object({ id: z.number() }) });

/** Events of a server that is bound to no project belong to none. */
async function whereabouts(call: Call<typeof itsProject>, project: string | undefined) {
  if (project === undefined && call.projects.length === 0) return {};
  const id = await call.project(project);
  const found = await call.get(itsProject, { params: { id } }, located);
  return { project_id: found.id, namespace_id: found.namespace.id };
}
