import type { Family } from '../toolkit/family.js';
import { getJobArtifactFile, listJobArtifacts } from './artifacts.js';
import { controlJob } from './control.js';
import { getJob } from './get.js';
import { listJobs } from './list.js';
import { getJobLogs } from './log.js';

export const family: Family = {
  instructions: 'Jobs: named by number or URL. get_job_logs without mode tells why one failed.',
  tools: [listJobs, getJob, getJobLogs, listJobArtifacts, getJobArtifactFile, controlJob],
};
