export { type Answer, type Approver, nobody, type Question } from './approver.js';
export { type ApprovalMode, approvalModes, decide } from './decide.js';
