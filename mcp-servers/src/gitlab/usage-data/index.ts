import type { Family } from '../toolkit/family.js';
import { listMetricDefinitions } from './metric-definitions.js';
import { getUsageData } from './payload.js';
import { trackEvents } from './track.js';

export const family: Family = {
  instructions:
    "Usage data: the instance's own figures (for administrators), what its metrics mean, and events to be counted.",
  tools: [getUsageData, listMetricDefinitions, trackEvents],
};
