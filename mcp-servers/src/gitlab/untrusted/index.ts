export { clip } from './clip.js';
export { fence } from './fence.js';
export { type RevealOptions, reveal } from './reveal.js';
