// What jobs leave behind: the archive, one file of it, or the list of its files.
import * as z from 'zod';
import type { Context } from '../../http/context.js';
import { p } from '../../http/params.js';
import { badRequest, notFound, type Reply, raw } from '../../http/reply.js';
import { type Route, route } from '../../http/route.js';
import { since } from '../../http/version.js';
import { hasArtifacts, zip } from '../../services/ci/archive.js';
import type { Job } from '../../world/types.js';
import { findJob, readableProject } from './find.js';

const byName = z.object({ job: p.string() });

export const jobArtifacts: Route[] = [
  route('GET', '/projects/:id/jobs/artifacts/:ref_name/download', { jobToken: true, params: byName }, (context) =>
    archive(context, latestSuccessful(context)),
  ),

  route(
    'GET',
    '/projects/:id/jobs/artifacts/:ref_name/raw/*artifact_path',
    { jobToken: true, params: byName },
    (context) => file(context, latestSuccessful(context), 'text/plain; charset=utf-8'),
  ),

  route('GET', '/projects/:id/jobs/:job_id/artifacts', { jobToken: true }, (context) =>
    archive(context, findJob(context)),
  ),

  route(
    'GET',
    '/projects/:id/jobs/:job_id/artifacts/tree',
    {
      jobToken: true,
      when: since('18.8'),
      params: z.object({ path: p.string().default(''), recursive: p.boolean().default(false) }),
    },
    (context) => {
      const job = withArtifacts(context, findJob(context));
      const { path, recursive } = context.params;
      const entries = listing(job.artifacts, path.replace(/\/+$/, ''), recursive);
      if (!entries) throw notFound();
      return context.paginate(entries, (entry) => entry);
    },
  ),

  route('GET', '/projects/:id/jobs/:job_id/artifacts/*artifact_path', { jobToken: true }, (context) =>
    file(context, findJob(context), 'application/octet-stream'),
  ),
];

function archive<P>(context: Context<P>, job: Job): Reply {
  const { artifacts } = withArtifacts(context, job);
  return raw(zip(artifacts), 'application/octet-stream', {
    'content-disposition': `attachment; filename="artifacts.zip"; filename*=UTF-8''artifacts.zip`,
    'content-transfer-encoding': 'binary',
  });
}

function file<P>(context: Context<P>, job: Job, contentType: string): Reply {
  const path = context.path['artifact_path'] ?? '';
  if (path.startsWith('/') || path.endsWith('/') || path.split('/').includes('..')) throw badRequest();
  const content = withArtifacts(context, job).artifacts[path];
  if (content === undefined) throw notFound();
  return raw(content, contentType);
}

function withArtifacts<P>({ world }: Context<P>, job: Job): Job {
  if (!hasArtifacts(world, job)) throw notFound();
  return job;
}

/** The job of that name in the newest pipeline of the branch or tag that passed. Throws a 404. */
function latestSuccessful(context: Context<{ job: string }>): Job {
  const { world, params, path } = context;
  const project = readableProject(context);
  const pipeline = world.pipelines.findLast(
    (one) => one.project === project && one.ref === path['ref_name'] && one.status === 'success',
  );
  const job = world.jobs.findLast(
    (one) => one.pipeline === pipeline && one.name === params.job && !one.retried && !one.bridge,
  );
  if (!pipeline || !job) throw notFound();
  return job;
}

/** What is in a folder of the archive; undefined where there is no such folder. */
function listing(files: Job['artifacts'], folder: string, recursive: boolean) {
  const prefix = folder === '' ? '' : `${folder}/`;
  const entries = new Map<string, { name: string; path: string; type: string; size: number; mode: string }>();
  for (const [path, content] of Object.entries(files)) {
    if (!path.startsWith(prefix)) continue;
    const below = path.slice(prefix.length).split('/');
    const folders = below.slice(0, -1).map((_, index) => prefix + below.slice(0, index + 1).join('/'));
    for (const one of recursive ? folders : folders.slice(0, 1)) {
      entries.set(one, { name: one.split('/').at(-1) ?? '', path: one, type: 'directory', size: 0, mode: '040755' });
    }
    if (!recursive && folders.length > 0) continue;
    const size = Buffer.byteLength(content);
    entries.set(path, { name: below.at(-1) ?? '', path, type: 'file', size, mode: '100644' });
  }
  return entries.size > 0 ? [...entries.values()].sort((a, b) => (a.path < b.path ? -1 : 1)) : undefined;
}
