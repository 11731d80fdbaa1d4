export { describeInstructions, describeUserRules } from './describe.js';
export { foldersOf, type Instructions, instructionsIn, userRules } from './files.js';
export { NestedInstructions } from './nested.js';
