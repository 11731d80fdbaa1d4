// Pipelines and jobs for the families that deal with them: how people name a pipeline, and what is shown of a job.
import * as z from 'zod';
import { ToolError } from '../../kit/index.js';
import type { Place } from '../client/endpoint.js';
import { GitLabError } from '../client/errors.js';
import type { Call } from './call.js';
import { number, onlyIfSo, person, text, views } from './fields.js';

/** What a tool that takes a pipeline has to declare. */
export const pipelineLookup = [
  'GET /projects/:id/pipelines/latest',
  'GET /projects/:id/merge_requests/:merge_request_iid/pipelines',
] as const;

const withId = z.object({ id: z.number(), project_id: number, web_url: text });

/**
 * The pipeline that a number or URL names, the newest one of a merge request (`!34`), or `latest`: that of the newest
 * commit of `ref` or the default branch. Throws ToolError `no-pipeline` where there is none, and what `Call.pipeline` throws.
 */
export async function pipelineNamed(
  call: Call<(typeof pipelineLookup)[number]>,
  named: string,
  { project, ref }: { project?: string | undefined; ref?: string | undefined },
): Promise<{ place: Place; id: number }> {
  if (/^latest$/i.test(named)) return latest(call, await call.project(project), ref);
  const reference = call.reference(named, 'pipeline');
  if (reference.kind !== 'merge_request') return call.pipeline(named, project);
  const place = await call.placeOf(reference, project);
  const page = { params: { id: place, merge_request_iid: reference.iid }, limit: 1 };
  const { items } = await call.list(pipelineLookup[1], page, withId);
  const [newest] = items;
  if (!newest) throw noPipeline(`The merge request !${reference.iid} has no pipeline`);
  // Pipelines of merge requests from forks lie in the fork, which may be outside.
  const { id, project_id, web_url } = newest;
  const elsewhere = project_id && web_url && project_id !== (await call.identity(place)).id;
  return elsewhere ? call.pipeline(web_url) : { place, id };
}

/** GitLab answers 403 where there is no pipeline (doc/api/pipelines.md). */
async function latest(call: Call<(typeof pipelineLookup)[number]>, place: Place, ref: string | undefined) {
  try {
    const { id } = await call.get(pipelineLookup[0], { params: { id: place }, query: { ref } }, withId);
    return { place, id };
  } catch (error) {
    if (!(error instanceof GitLabError) || error.code !== 'forbidden') throw error;
    const branch = ref === undefined ? 'the default branch' : JSON.stringify(ref);
    throw noPipeline(`The newest commit of ${branch} has no pipeline, or the token may not see it`);
  }
}

function noPipeline(what: string): ToolError {
  return new ToolError('no-pipeline', `${what}.`, 'Look for older ones with list_pipelines.');
}

/** Seconds, to a tenth. */
export const seconds = number.transform((value) => (value ? Math.round(value * 10) / 10 : value));

const jobCore = {
  id: z.number(),
  name: z.string(),
  stage: text,
  status: text,
  failure_reason: text,
  allow_failure: onlyIfSo,
  duration: seconds,
};

export const jobMore = {
  user: person,
  tag_list: z.array(z.string()).nullish(),
  coverage: number,
  created_at: text,
  started_at: text,
  finished_at: text,
  queued_duration: seconds,
  web_url: text,
};

/** One of many jobs, all of the same pipeline. */
export const listedJob = views(jobCore, jobMore);

export const jobFields = {
  ...jobCore,
  ref: text,
  pipeline: z
    .object({ id: z.number() })
    .nullish()
    .transform((pipeline) => pipeline?.id),
};
