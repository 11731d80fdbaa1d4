export { findToolsTool } from './find-tools.js';
export { holdBack } from './hold-back.js';
