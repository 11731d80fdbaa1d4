export { failure } from './failure.js';
export { grep } from './grep.js';
export type { LogLine, Source } from './line.js';
export { range, tail } from './range.js';
export { sections } from './sections.js';
export { showLines } from './show.js';
export type { Cause } from './verdict.js';
export { byteWindow, window } from './window.js';
