import type { Family } from '../toolkit/family.js';
import { getPipeline } from './get.js';
import { listPipelineItems } from './items.js';
import { ciLinter } from './lint.js';
import { listPipelines } from './list.js';
import { controlPipeline, runPipeline } from './run.js';
import { getTestReport } from './test-report.js';

export const family: Family = {
  instructions:
    'Pipelines: named by number, URL, `latest` (of the default branch) or a merge request (its newest). get_pipeline tells which jobs failed, get_job_logs why, get_test_report which tests.',
  tools: [listPipelines, getPipeline, listPipelineItems, getTestReport, runPipeline, controlPipeline, ciLinter],
};
