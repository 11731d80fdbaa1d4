// What a context is made of.
import type { Toolbox } from '../mcp/index.js';
import type { Model } from '../model/index.js';
import type { Session } from '../session/index.js';
import type { OwnTool } from '../tools/index.js';
import type { Workspace } from './workspace/index.js';

export interface ContextOptions {
  session: Session;
  toolbox: Toolbox;
  /** Answers, and summarises what it said before. */
  model: Model;
  /** `COFFERDAM_HOME`, where the user's own rules and skills are. */
  home: string;
  /** What the user opened, relative to the workspace's root; '' for the root. */
  folder: string;
  /** The agent's own tools besides those of the context: `update_plan`. */
  own: readonly OwnTool[];
  /** The copy. Default: through the toolbox's files and git servers. */
  workspace?: Workspace;
  /** Tokens that the model takes in. Default: what is known of the model. */
  window?: number;
  /** Tokens of all tools' definitions above which some are held back. Default: 12,000. */
  definitions?: number;
  /** Whether the model's API loads held-back definitions by reference. Default: what is known of the model. */
  toolReferences?: boolean;
  /** Milliseconds that gathering facts may take. Default: 100. */
  patience?: number;
  /** Tells the user what takes time, and what was left out. */
  onProgress?(text: string): void;
}
