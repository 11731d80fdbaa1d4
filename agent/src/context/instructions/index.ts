export { describeInstructions, describeUserRules } from './describe.js';
export { foldersOf, instructionsIn, userRules } from './files.js';
export { NestedInstructions } from './nested.js';
