// What the model is given besides the conversation, and how the conversation is kept within its window.
import type Anthropic from '@anthropic-ai/sdk';
import type { ToolInfo } from '../mcp/index.js';
import type { OpenCall } from '../session/index.js';
import type { OwnTools } from '../tools/index.js';
import { NestedInstructions } from './instructions/index.js';
import { findToolsTool, holdBack } from './on-demand/index.js';
import type { ContextOptions } from './options.js';
import { type BoundOutcome, boundResult, ResultStore, readResultTool } from './results/index.js';
import { Room } from './room/index.js';
import { type FoundSkill, loadSkillTool } from './skills/index.js';
import { modeNote, Told } from './told.js';
import type { Workspace } from './workspace/index.js';

/** What was gathered when the context was opened. */
export interface Gathered {
  workspace: Workspace;
  skills: readonly FoundSkill[];
  /** Folders whose instructions the system prompt holds, where they have any. */
  known: readonly string[];
  /** Names of the repository's texts in the system prompt. */
  outside: readonly string[];
  system: readonly string[];
}

export class Context {
  readonly #options: ContextOptions;
  readonly #gathered: Gathered;
  readonly #store: ResultStore;
  readonly #told: Told;
  readonly #nested: NestedInstructions;
  readonly #room: Room;
  /** All of the agent's own tools. */
  readonly own: OwnTools;

  constructor(options: ContextOptions, gathered: Gathered) {
    const { session } = options;
    const { workspace, known, skills } = gathered;
    this.#options = options;
    this.#gathered = gathered;
    this.#store = new ResultStore(session.folder);
    this.#told = new Told(session);
    this.#nested = new NestedInstructions({ session, workspace, told: this.#told, known });
    this.#room = new Room({
      ...options,
      request: () => ({ system: this.system(), tools: this.tools() }),
      replaced: () => this.#told.replaced(),
    });
    this.own = [
      ...options.own,
      readResultTool(session, this.#store),
      ...(skills.length > 0 ? [loadSkillTool(skills)] : []),
      ...(this.#offer().held.length > 0 ? [findToolsTool(() => this.#offer().held)] : []),
    ];
  }

  /** What the model is told before the task: what every session shares first, so that it is cached. */
  system(): string[] {
    return [...this.#gathered.system];
  }

  /** Where text from outside in the system prompt came from. */
  get outside(): readonly string[] {
    return this.#gathered.outside;
  }

  /** Those that are held back come last, so that a cache marker can go on the last of the others. */
  tools(): Anthropic.Tool[] {
    const { shown, held } = this.#offer();
    const own = this.own.map(({ info }) => info);
    return [
      ...[...own, ...shown].map(definition),
      ...held.map((tool) => ({ ...definition(tool), defer_loading: true })),
    ];
  }

  /** Of a size that fits, marked as data where it is from outside, and named. */
  async bound(call: OpenCall, outcome: BoundOutcome): Promise<BoundOutcome> {
    // The agent's own tools see to it themselves, and refusals are its own words.
    if (!call.started) return outcome;
    const tool = this.#options.toolbox.tools.find(({ name }) => name === call.tool) ?? withdrawn(call.tool);
    await this.#nested.meet(tool, call);
    return boundResult(tool, call, outcome, this.#store);
  }

  /**
   * Call before the model is asked: tells it of a new mode, clears old results, then compacts, when the window fills.
   * Rejects with the signal's reason when aborted, and with AgentError where a summary could not be had for now.
   */
  async makeRoom(signal: AbortSignal): Promise<void> {
    this.#tellMode();
    await this.#room.make(signal);
  }

  /** Replaces the conversation by a summary. Rejects like `makeRoom`; then it is as it was. */
  async compact(signal: AbortSignal): Promise<void> {
    await this.#room.compact(signal);
  }

  /** In the conversation, because another system prompt would make the cache worthless. */
  #tellMode(): void {
    const { session } = this.#options;
    const { mode } = session.conversation;
    if (this.#told.mode === mode) return;
    session.record({ kind: 'message', from: 'cofferdam', content: [{ type: 'text', text: modeNote(mode) }] });
    this.#told.mode = mode;
  }

  #offer(): { shown: readonly ToolInfo[]; held: readonly ToolInfo[] } {
    const { toolbox, model, definitions, toolReferences = takesReferences(model.name) } = this.#options;
    return toolReferences ? holdBack(toolbox.tools, definitions) : { shown: toolbox.tools, held: [] };
  }
}

function definition({ name, description, inputSchema }: ToolInfo): Anthropic.Tool {
  return { name, description, input_schema: inputSchema };
}

/** Only servers of third parties take back what they offer. */
function withdrawn(name: string): ToolInfo {
  const traits = { ours: false, readOnly: false, outward: true };
  return { name, server: 'a server', tool: name, description: '', inputSchema: { type: 'object' }, ...traits };
}

/** Anthropic's own API does, with all models since Claude 4; others may refuse a request that holds them. */
function takesReferences(model: string): boolean {
  return /^claude-(?![123]\b|instant)[^@]*$/.test(model);
}
