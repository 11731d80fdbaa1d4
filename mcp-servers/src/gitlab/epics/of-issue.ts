// The epic that an issue is in: set with the issue by REST, or afterwards where epics are work items.
import * as z from 'zod';
import type { Call } from '../toolkit/call.js';
import type { Located } from '../toolkit/places.js';
import { byRest, epicLookup, identifyEpic } from './api.js';
import { setEpicOfIssue } from './work-items/change.js';

export const issueEndpoint = 'GET /projects/:id/issues/:issue_iid';
/** What a tool that sets epics has to declare. */
export const epicOfIssue = [...epicLookup, issueEndpoint] as const;

type Asker = Call<(typeof epicOfIssue)[number]>;

export interface EpicOfIssue {
  /** To be sent with the issue; empty where nothing is. */
  fields: { epic_id?: number };
  /** To be done once the issue is there; undefined where nothing is. */
  after: ((issue: Located) => Promise<void>) | undefined;
}

/** `epic` as people name one, `''` for none, undefined for the present one. Throws before anything is changed. */
export async function epicForIssue(call: Asker, epic: string | undefined): Promise<EpicOfIssue> {
  if (epic === undefined) return { fields: {}, after: undefined };
  const found = epic === '' ? await noEpic(call) : await identifyEpic(call, await call.epic(epic));
  if (found.api === 'rest') return { fields: { epic_id: found.id }, after: undefined };
  return {
    fields: {},
    after: async (issue) => {
      const params = { id: issue.place, issue_iid: issue.iid };
      const { id } = await call.get(issueEndpoint, { params }, z.object({ id: z.number() }));
      await setEpicOfIssue(call, issue, id, found.id);
    },
  };
}

/** 0 stands for none in REST. */
async function noEpic(call: Asker): Promise<{ api: 'rest'; id: 0 } | { api: 'graphql'; id: null }> {
  return (await byRest(call, await call.group())) ? { api: 'rest', id: 0 } : { api: 'graphql', id: null };
}
