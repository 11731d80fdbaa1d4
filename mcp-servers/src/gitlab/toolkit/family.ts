import type { GitLabTool } from './tool.js';

/** The tools over one part of GitLab's API. */
export interface Family {
  /** One sentence for the model: what the tools are for and how they fit together. */
  instructions: string;
  tools: readonly GitLabTool[];
}
