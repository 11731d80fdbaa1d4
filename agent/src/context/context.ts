// What the model is given besides the conversation, and how the conversation is kept within its window.
import type Anthropic from '@anthropic-ai/sdk';
import type { OpenCall } from '../session/index.js';
import type { OwnTools } from '../tools/index.js';
import type { ContextOptions } from './options.js';
import { type BoundOutcome, boundResult, ResultStore, readResultTool } from './results/index.js';
import { sessionPrompt, stablePrompt } from './system-prompt.js';

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
  readonly #store: ResultStore;
  /** All of the agent's own tools. */
  readonly own: OwnTools;

  constructor(options: ContextOptions, system: readonly string[]) {
    this.#options = options;
    this.#system = system;
    this.#store = new ResultStore(options.session.folder);
    this.own = [...options.own, readResultTool(options.session, this.#store)];
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
  async bound(call: OpenCall, outcome: BoundOutcome): Promise<BoundOutcome> {
    const tool = this.#options.toolbox.tools.find(({ name }) => name === call.tool);
    // The agent's own tools see to it themselves, and refusals are its own words.
    if (!tool || !call.started) return outcome;
    return boundResult(tool, call, outcome, this.#store);
  }

  /** Call before the model is asked: clears old results, then compacts, when the window fills. Rejects with the signal's reason when aborted. */
  async makeRoom(_signal: AbortSignal): Promise<void> {}

  /** Replaces the conversation by a summary. Rejects with the signal's reason when aborted; then it is as it was. */
  async compact(_signal: AbortSignal): Promise<void> {}
}
