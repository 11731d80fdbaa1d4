// Jobs that trigger other pipelines ("bridges"), and those pipelines.
import * as z from 'zod';
import type { Params, Query } from '../client/endpoint.js';
import { isNotFound } from '../client/errors.js';
import type { Call } from '../toolkit/call.js';
import { number, onlyIfSo, text } from '../toolkit/fields.js';
import type { Page, Paging } from '../toolkit/paging.js';

export const bridgeEndpoints = [
  'GET /projects/:id/pipelines/:pipeline_id/bridges',
  'GET /projects/:id/pipelines/:pipeline_id/trigger_jobs',
] as const;

const [bridges, triggerJobs] = bridgeEndpoints;

const bridge = z.object({
  id: z.number(),
  name: z.string(),
  stage: text,
  status: text,
  failure_reason: text,
  allow_failure: onlyIfSo,
  downstream_pipeline: z.object({ id: z.number(), project_id: number, status: text, web_url: text }).nullish(),
});

type Options = { params: Params<typeof bridges>; query?: Query } & Paging;

/** `bridges` is deprecated since GitLab 19.2, which calls it `trigger_jobs`; older versions know the old name only. */
export async function bridgesOf(
  call: Call<(typeof bridgeEndpoints)[number]>,
  options: Options,
): Promise<Page<z.output<typeof bridge>>> {
  try {
    return await call.list(bridges, options, bridge);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    return call.list(triggerJobs, options, bridge).catch((second: unknown) => {
      throw isNotFound(second) ? error : second;
    });
  }
}
