// What of a job is shown.
import * as z from 'zod';
import { jobFields, jobMore } from '../toolkit/ci.js';
import { flag, number, text, views } from '../toolkit/fields.js';

/** One of many jobs of a project. */
export const projectJob = views(jobFields, jobMore);

/** What a job left behind: the archive of its files, its reports, its log. */
const artifacts = z.array(z.object({ file_type: text, filename: text, size: number })).nullish();

const runner = z
  .object({ description: text })
  .nullish()
  .transform((found) => found?.description);

const commit = z
  .object({ title: text })
  .nullish()
  .transform((found) => found?.title);

const { web_url, started_at, finished_at, user, tag_list, ...rest } = jobMore;

export const jobView = views(
  { ...jobFields, user, started_at, finished_at, erased_at: text, artifacts, artifacts_expire_at: text, web_url },
  { ...rest, tag: flag, tag_list, runner, commit },
);
