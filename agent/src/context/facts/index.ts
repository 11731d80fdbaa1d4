export { projectFacts } from './facts.js';
