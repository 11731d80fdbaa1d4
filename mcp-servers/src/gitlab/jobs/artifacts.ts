// list_job_artifacts and get_job_artifact_file: what a job left behind.
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import * as z from 'zod';
import { describeBinary, isBinary } from '../../files/magic.js';
import { ToolError } from '../../kit/index.js';
import { clip, reveal } from '../../untrusted/index.js';
import { isNotFound } from '../client/errors.js';
import { byteWindow } from '../job-log/index.js';
import { number, text } from '../toolkit/fields.js';
import { listOutput, pagingInput } from '../toolkit/paging.js';
import { type Found, gitlabTool } from '../toolkit/tool.js';

const oneJob = 'GET /projects/:id/jobs/:job_id';
const tree = 'GET /projects/:id/jobs/:job_id/artifacts/tree';
const file = 'GET /projects/:id/jobs/:job_id/artifacts/:artifact_path';

const owner = z.object({
  artifacts: z.array(z.object({ file_type: text, filename: text, size: number })).nullish(),
  artifacts_file: z.object({ filename: text }).nullish(),
  artifacts_expire_at: text,
});

const entry = z
  .object({ path: z.string(), type: text, size: number })
  .transform(({ path, type, size }) => (type === 'directory' ? { path: `${path}/` } : { path, size }));

export const listJobArtifacts = gitlabTool({
  name: 'list_job_artifacts',
  title: 'List job artifacts',
  description: "Files in a job's archive, in the folder `path`, and what else it left.",
  effect: 'read',
  endpoints: [oneJob, tree],
  input: z.strictObject({
    job: z.string(),
    project: z.string().optional(),
    path: z.string().optional(),
    recursive: z.boolean().optional(),
    ...pagingInput,
  }),
  output: listOutput('files', { path: z.string() }),
  async run({ job, project, path, recursive, cursor, limit }, call) {
    const { place, id } = await call.job(job, project);
    const params = { id: place, job_id: id };
    const about = `artifacts of job ${id} of ${place.id}`;
    const { artifacts, artifacts_file, artifacts_expire_at } = await call.get(oneJob, { params }, owner);
    const kept = (artifacts ?? []).filter(({ file_type }) => file_type !== 'trace');
    const facts = { artifacts: kept, expire_at: artifacts_expire_at };
    if (!artifacts_file) return { about, data: { files: [], ...facts }, note: noArchive };
    try {
      const { items, ...rest } = await call.list(tree, { params, query: { path, recursive }, cursor, limit }, entry);
      return { about, data: { files: items, ...rest, ...facts } };
    } catch (error) {
      if (!isNotFound(error)) throw error;
      if (path !== undefined) throw noFolder(path);
      return { about, data: { files: [], ...facts }, note: notListed };
    }
  },
});

const noArchive = 'There is no archive of files: the job kept none, or it has expired.';
const notListed =
  'This GitLab does not list what is in an archive (18.8 and later do), but get_job_artifact_file reads a file by its path; the log tells what was uploaded.';

function noFolder(path: string): ToolError {
  return new ToolError(
    'not-found',
    `The archive has no folder ${JSON.stringify(path)}, or this GitLab cannot list archives (18.8 and later can).`,
    'List without a path.',
  );
}

/** Bytes of one result. */
const longest = 60_000;

export const getJobArtifactFile = gitlabTool({
  name: 'get_job_artifact_file',
  title: 'Get job artifact file',
  description: "One text file out of a job's archive; `offset` in bytes.",
  effect: 'read',
  endpoints: [file],
  input: z.strictObject({
    job: z.string(),
    path: z.string().min(1),
    project: z.string().optional(),
    offset: z.int().min(0).default(0),
  }),
  output: z.looseObject({
    path: z.string(),
    content: z.string().optional(),
    size: z.int().optional(),
    next_offset: z.int().optional(),
  }),
  async run({ job, path, project, offset }, call) {
    const { place, id } = await call.job(job, project);
    const params = { id: place, job_id: id, artifact_path: path.replace(/^\/+/, '') };
    const found = await call
      .stream(file, { params, file: true }, (body, headers) => read(body, headers, offset))
      .catch((error: unknown) => {
        throw isNotFound(error) ? noFile(path) : error;
      });
    return { about: `artifact ${path} of job ${id} of ${place.id}`, ...found, data: { path, ...found.data } };
  },
});

async function read(body: Readable, headers: IncomingHttpHeaders, offset: number): Promise<Omit<Found, 'about'>> {
  const { bytes, end, more } = await byteWindow(body, offset, longest);
  const size = Number(headers['content-length']) || (more ? undefined : end);
  if (isBinary(bytes)) return { data: { size, binary: describeBinary(bytes) }, note: 'Not text, so it is not shown.' };
  const content = bytes.toString('utf8');
  return {
    data: { size, content, next_offset: more ? end : undefined },
    text: clip(reveal(content, { rendered: false }), 2 * longest),
    source: true,
    note: more ? `The file goes on${size === undefined ? '' : ` to byte ${size}`}: offset ${end}.` : '',
  };
}

function noFile(path: string): ToolError {
  return new ToolError(
    'not-found',
    `The job's archive has no file ${JSON.stringify(path)}, or the archive has expired.`,
    'See with list_job_artifacts what is there. Reports are no part of it unless artifacts:paths names them too.',
  );
}
