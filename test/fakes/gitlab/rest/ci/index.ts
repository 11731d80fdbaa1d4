import type { Route } from '../../http/route.js';
import { jobArtifacts } from './artifacts.js';
import { jobs } from './jobs.js';
import { ciLint } from './lint.js';
import { pipelines } from './pipelines.js';

export const ci: Route[] = [...pipelines, ...jobs, ...jobArtifacts, ...ciLint];
