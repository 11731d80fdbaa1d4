import * as z from 'zod';
import type { Place } from '../../client/endpoint.js';
import type { Call } from '../../toolkit/call.js';

/** The full path of a group, which may be named by number: GraphQL takes paths only. */
export async function pathOf(call: Call<'GET /groups/:id'>, group: Place): Promise<string> {
  const path = String(group.id);
  if (!/^\d+$/.test(path)) return path;
  const query = { with_projects: false };
  return (await call.get('GET /groups/:id', { params: { id: group }, query }, z.object({ full_path: z.string() })))
    .full_path;
}
