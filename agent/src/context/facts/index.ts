export { type FactsOptions, projectFacts } from './facts.js';
