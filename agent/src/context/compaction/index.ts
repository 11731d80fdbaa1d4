export { recordOf } from './record.js';
export { askForSummary, type SummaryRequest, summaryIn } from './summary.js';
