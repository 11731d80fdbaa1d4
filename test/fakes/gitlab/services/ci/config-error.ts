/** What GitLab finds wrong in a CI file, in its words. */
export class ConfigError extends Error {}
