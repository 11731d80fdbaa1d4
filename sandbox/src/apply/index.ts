export { applyChanges } from './apply.js';
export { recoverApplies } from './recover.js';
export type { ApplyReport } from './report.js';
