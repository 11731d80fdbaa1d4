// Comments on epics: the API wants the number that an epic has on the whole instance.
import { z } from 'zod';
import type { Place } from '../client/endpoint.js';
import type { Call } from '../toolkit/call.js';

export const epicEndpoint = 'GET /groups/:id/epics/:epic_iid';

export async function epicId(call: Call<typeof epicEndpoint>, group: Place, iid: number): Promise<number> {
  const params = { id: group, epic_iid: iid };
  return (await call.get(epicEndpoint, { params }, z.object({ id: z.number() }))).id;
}
