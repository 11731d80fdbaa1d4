export { clip } from './clip.js';
export { fence } from './fence.js';
export { hiddenKinds } from './hidden.js';
export { quoted } from './quoted.js';
export { type RevealOptions, reveal } from './reveal.js';
