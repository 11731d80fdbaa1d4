// What the model is given besides the conversation, and how the conversation is kept within its window.
import type Anthropic from '@anthropic-ai/sdk';
import type { ToolOutcome } from '../mcp/index.js';
import type { OpenCall } from '../session/index.js';
import type { OwnTools } from '../tools/index.js';
import type { ContextOptions } from './options.js';
import { sessionPrompt, stablePrompt } from './system-prompt.js';

/** A result as it goes into the session. */
export interface BoundOutcome extends ToolOutcome {
  /** What it holds words of, where they are from outside. */
  source?: string;
}

/** Reads what the system prompt says about the workspace. */
export async function openContext(options: ContextOptions): Promise<Context> {
  const { session, toolbox, folder } = options;
  const { mode, project } = session.conversation;
  return new Context(options, [
    stablePrompt(toolbox.instructions),
    sessionPrompt({ mode, folder, project, sections: [] }),
  ]);
}

export class Context {
  readonly #options: ContextOptions;
  readonly #system: readonly string[];
  /** All of the agent's own tools. */
  readonly own: OwnTools;

  constructor(options: ContextOptions, system: readonly string[]) {
    this.#options = options;
    this.#system = system;
    this.own = [...options.own];
  }

  /** What the model is told before the task: what every session shares first, so that it is cached. */
  system(): string[] {
    return [...this.#system];
  }

  tools(): Anthropic.Tool[] {
    const { toolbox } = this.#options;
    return [...toolbox.tools, ...this.own.map(({ info }) => info)].map(({ name, description, inputSchema }) => ({
      name,
      description,
      input_schema: inputSchema,
    }));
  }

  /** Of a size that fits, marked as data where it is from outside, and named. */
  async bound(_call: OpenCall, outcome: ToolOutcome): Promise<BoundOutcome> {
    return outcome;
  }

  /** Call before the model is asked: clears old results, then compacts, when the window fills. Rejects with the signal's reason when aborted. */
  async makeRoom(_signal: AbortSignal): Promise<void> {}

  /** Replaces the conversation by a summary. Rejects with the signal's reason when aborted; then it is as it was. */
  async compact(_signal: AbortSignal): Promise<void> {}
}
