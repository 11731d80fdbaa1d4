export { parseReference, referenceTo } from './parse.js';
export type { Kind, Reference } from './reference.js';
