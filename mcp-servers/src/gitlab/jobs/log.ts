// get_job_logs: the part of a job's log that is wanted, out of a stream that may be very long.
import type { Readable } from 'node:stream';
import * as z from 'zod';
import { ToolError } from '../../kit/index.js';
import type { Place } from '../client/endpoint.js';
import { GitLabError } from '../client/errors.js';
import type { Call } from '../toolkit/call.js';
import { text } from '../toolkit/fields.js';
import { type Found, gitlabTool } from '../toolkit/tool.js';
import { modes, readers } from './log-modes.js';

const trace = 'GET /projects/:id/jobs/:job_id/trace';
const oneJob = 'GET /projects/:id/jobs/:job_id';

export const getJobLogs = gitlabTool({
  name: 'get_job_logs',
  title: 'Get job log',
  description:
    "A job's log, cleaned, by mode: failure (just why it failed), tail, grep (`pattern`), range of lines, sections, window of bytes. `limit` and `offset` are lines; matches in grep, bytes in window.",
  effect: 'read',
  endpoints: [trace, oneJob],
  input: z.strictObject({
    job: z.string(),
    project: z.string().optional(),
    mode: z.enum(modes).optional(),
    pattern: z.string().min(1).optional(),
    regex: z.boolean().optional(),
    ignore_case: z.boolean().optional(),
    context: z.int().min(0).max(50).default(3),
    offset: z.int().min(0).optional(),
    limit: z.int().min(1).optional(),
  }),
  output: z.looseObject({ log: z.string().optional(), next_offset: z.int().optional() }),
  async run({ job, project, mode, ...options }, call) {
    const { place, id } = await call.job(job, project);
    const about = `log of job ${id} of ${place.id}`;
    const read = readers[mode ?? (options.pattern === undefined ? 'failure' : 'grep')];
    const seen = { bytes: 0 };
    const params = { id: place, job_id: id };
    const found = await call
      .stream(trace, { params }, (body) => read(watched(body, seen, call.progress), options))
      .catch((error: unknown) => {
        throw explained(error, id);
      });
    if (seen.bytes === 0) return { about, ...(await whyEmpty(call, place, id)) };
    return { about, source: true, ...found };
  },
});

/** Bytes between two reports of how far it is. */
const reportEvery = 5_000_000;

/** Counts what goes by; what is not read any more is not fetched either. */
async function* watched(body: Readable, seen: { bytes: number }, progress: (message: string) => void) {
  for await (const chunk of body as AsyncIterable<Buffer>) {
    const before = seen.bytes;
    seen.bytes += chunk.length;
    if (Math.floor(seen.bytes / reportEvery) > Math.floor(before / reportEvery))
      progress(`${Math.round(seen.bytes / 1e6)} MB of the log read`);
    yield chunk;
  }
}

function explained(error: unknown, id: number): unknown {
  if (!(error instanceof GitLabError)) return error;
  if (error.code === 'forbidden') {
    return new ToolError(
      'forbidden',
      `GitLab refuses the log of job ${id}.`,
      'Tell the user: logs of jobs with debug logging (CI_DEBUG_TRACE) are for developers of the project only, and a project may keep its logs to its members.',
    );
  }
  if (error.code === 'not-found') {
    return new ToolError(
      'not-found',
      `There is no log of a job ${id}, or the token may not see it.`,
      'Check the number. A job that triggers another pipeline has no log: look at that pipeline with get_pipeline.',
    );
  }
  return error;
}

const state = z.object({ name: z.string(), status: z.string(), erased_at: text, finished_at: text });

async function whyEmpty(call: Call<typeof oneJob>, place: Place, id: number): Promise<Omit<Found, 'about'>> {
  const data = await call.get(oneJob, { params: { id: place, job_id: id } }, state);
  return { data, note: `Its log is empty: ${reason(data)}` };
}

function reason({ status, erased_at, finished_at }: z.output<typeof state>): string {
  if (erased_at) return 'it was erased.';
  if (finished_at) return 'the job ended without output, or its log was removed.';
  if (status === 'running') return 'the job runs, but has said nothing yet. Try again later.';
  return 'the job has not started.';
}
