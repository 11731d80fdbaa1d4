export { clip } from './clip.js';
export { fence } from './fence.js';
export { reveal } from './reveal.js';
