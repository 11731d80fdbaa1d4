// What of a pipeline is shown.
import * as z from 'zod';
import { seconds } from '../toolkit/ci.js';
import { flag, person, text, views } from '../toolkit/fields.js';

const core = {
  id: z.number(),
  status: z.string(),
  ref: text,
  source: text,
  name: text,
  created_at: text,
};

const more = { iid: z.number().nullish(), updated_at: text };

/** Long enough to be unique in any repository. */
const shortSha = text.transform((sha) => sha?.slice(0, 11));

export const listedPipeline = views({ ...core, sha: shortSha }, { ...more, sha: text, web_url: text });

/** `passed with warnings`: where GitLab has more to say than the status. */
const label = z
  .object({ label: text })
  .nullish()
  .transform((status) => (status?.label?.includes(' ') ? status.label : undefined));

export const pipelineView = views(
  {
    ...core,
    detailed_status: label,
    sha: text,
    user: person,
    duration: seconds,
    coverage: text,
    yaml_errors: text,
    web_url: text,
  },
  { ...more, before_sha: text, tag: flag, started_at: text, finished_at: text, queued_duration: seconds },
);
