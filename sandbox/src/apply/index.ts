export { recoverApplies } from './recover.js';
export type { ApplyReport } from './report.js';
export { appliedBy, type ChangesOptions, journalFolder, Review } from './review.js';
