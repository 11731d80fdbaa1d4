// Service ping and the events that clients have GitLab count: /usage_data.
import { stringify } from 'yaml';
import * as z from 'zod';
import type { Context } from '../http/context.js';
import { p } from '../http/params.js';
import { notFound, raw, renderError, status } from '../http/reply.js';
import { type Route, route } from '../http/route.js';
import { since } from '../http/version.js';
import { definitionOf, metrics, sqlOf } from '../services/usage-metrics.js';

const MAX_EVENTS = 50;

const eventParams = z.object({
  event: p.string(),
  namespace_id: p.integer().optional(),
  project_id: p.integer().optional(),
  additional_properties: z.record(z.string(), z.unknown()).default({}),
  send_to_snowplow: p.boolean().default(false),
});

type Event = z.output<typeof eventParams>;

/** A list, or each of them as JSON text, as forms have it. */
const eventList = p.list(z.preprocess((value) => (typeof value === 'string' ? fromJson(value) : value), eventParams));

const named = z.object({ event: p.string() });

export const usageData: Route[] = [
  route(
    'GET',
    '/usage_data/service_ping',
    { authenticated: true, scopes: ['read_service_ping'], when: since('16.9') },
    (context) => {
      context.authorizeAdmin();
      return ping(context, ({ count }) => count(context.world), activeUsers(context));
    },
  ),

  // Both are off by default: `world.features.add('usage_data_queries_api')`.
  route('GET', '/usage_data/queries', { authenticated: true }, (context) => {
    requireFeature(context, 'usage_data_queries_api');
    return ping(context, sqlOf, `SELECT COUNT("users"."id") FROM "users" WHERE ("users"."state" IN ('active'))`);
  }),

  route('GET', '/usage_data/non_sql_metrics', { authenticated: true }, (context) => {
    requireFeature(context, 'usage_data_non_sql_metrics');
    return ping(context, () => NOT_COUNTED, NOT_COUNTED);
  }),

  route(
    'GET',
    '/usage_data/metric_definitions',
    { params: z.object({ include_paths: p.boolean().default(false) }) },
    ({ params }) =>
      raw(
        `---\n${stringify(
          metrics.map((metric) => definitionOf(metric, params.include_paths)),
          { indentSeq: false },
        )}`,
        'application/yaml',
      ),
  ),

  route('POST', '/usage_data/increment_counter', { params: named }, (context) => counted(context, context.params)),

  route('POST', '/usage_data/increment_unique_users', { params: named }, (context) => counted(context, context.params)),

  route(
    'POST',
    '/usage_data/track_event',
    { params: eventParams, scopes: ['ai_workflows'], when: since('16.2') },
    (context) => counted(context, context.params),
  ),

  route(
    'POST',
    '/usage_data/track_events',
    { params: z.object({ events: eventList }), when: since('17.3') },
    (context) => {
      const { events } = context.params;
      if (events.length > MAX_EVENTS) throw renderError(400, `Maximum ${MAX_EVENTS} events allowed in one request.`);
      for (const event of events) count(context, event);
      return DONE;
    },
  ),
];

/** GitLab answers the status as the body as well. */
const DONE = status(200, 200);

/** Stands for what only a query could say. */
const NOT_COUNTED = -3;

function counted<P>(context: Context<P>, event: Partial<Event> & { event: string }) {
  count(context, event);
  return DONE;
}

/** Events that GitLab does not know are dropped without a word; here they are kept, so that a test can look at them. */
function count<P>({ world, currentUser: user }: Context<P>, event: Partial<Event> & { event: string }): void {
  world.usageEvents.push({
    event: event.event,
    user,
    namespaceId: event.namespace_id,
    projectId: event.project_id,
    additionalProperties: event.additional_properties ?? {},
    at: world.now(),
  });
}

function requireFeature<P>(context: Context<P>, name: string): void {
  context.authorizeAdmin();
  if (!context.world.features.has(name)) throw notFound();
}

function activeUsers<P>({ world }: Context<P>): number {
  return world.users.filter(({ state, bot }) => state === 'active' && !bot).length;
}

function ping<P>(
  { world, instance }: Context<P>,
  value: (metric: (typeof metrics)[number]) => number | string,
  activeUserCount: number | string,
) {
  return {
    recorded_at: world.now(),
    uuid: '9c4f1b0e-5a5b-4c3e-9d8e-2f6a7b1c0d3e',
    hostname: new URL(world.url).hostname,
    version: instance.version,
    installation_type: 'omnibus-gitlab',
    active_user_count: activeUserCount,
    edition: instance.edition.toUpperCase(),
    license: {},
    settings: { ldap_encrypted_secrets_enabled: false, operating_system: 'debian-12' },
    counts: Object.fromEntries(metrics.map((metric) => [metric.name, value(metric)])),
  };
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
