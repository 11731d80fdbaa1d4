export { parseReference, referenceTo } from './parse.js';
export type { Kind, Reference, ReferenceOptions } from './reference.js';
