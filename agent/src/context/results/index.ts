export { type BoundOutcome, boundResult, fenceText } from './bound.js';
export { readResultTool } from './read-result.js';
export { ResultStore } from './store.js';
