// The conversation as the model sees it, computed from the session's events one by one.
import type Anthropic from '@anthropic-ai/sdk';
import type { Project } from '../project/index.js';
import type { PlanStep, ResultBlock, SessionEvent, UserBlock } from './events.js';

/** A call that has no result yet. */
export interface OpenCall {
  id: string;
  tool: string;
  input: Record<string, unknown>;
  /** True when the tool was asked: it may have acted. */
  started: boolean;
  /** Why the arguments cannot be used. */
  problem?: string;
}

type Mode = Extract<SessionEvent, { kind: 'mode' }>['mode'];
type Blocks = Anthropic.ContentBlockParam[];

const clearedText = (id: string): string =>
  `[This result was cleared to make room. Make the call again, or read_result with id ${id}, if you need it.]`;

export class Conversation {
  messages: { role: 'user' | 'assistant'; content: Blocks }[] = [];
  mode: Mode = 'plan';
  project: Project | undefined;
  plan: readonly PlanStep[] = [];
  planApproved = false;
  /** The number of the user's last prompt; 0 before the first. */
  prompt = 0;
  /** Where outside text in the conversation came from, oldest first. */
  readonly sources = new Set<string>();
  readonly #open = new Map<string, OpenCall>();
  /** What was said while the model answered or its calls were open: it follows what the model did meanwhile. */
  #queued: UserBlock[] = [];
  /** True while nothing was said since the conversation, at rest, was replaced by its record. */
  #restsOnRecord = false;
  /** True from a message of the user's side until the answer to it. */
  #awaitsAnswer = false;

  get openCalls(): readonly OpenCall[] {
    return [...this.#open.values()];
  }

  /** True when the model has the last word, and nothing waits to be said to it. */
  get atRest(): boolean {
    return this.#open.size === 0 && (this.#restsOnRecord || this.messages.at(-1)?.role !== 'user');
  }

  /** The step that calls belong to. */
  get currentStep(): string | undefined {
    return this.plan.find(({ status }) => status === 'in_progress')?.id;
  }

  apply(event: SessionEvent): void {
    switch (event.kind) {
      case 'session':
      case 'mode':
        this.mode = event.mode;
        break;
      case 'project':
        this.project = event.project ?? undefined;
        break;
      case 'message':
        if (event.from === 'user') this.prompt += 1;
        this.#hear(event);
        break;
      case 'answer':
        this.#answer(event);
        break;
      case 'plan':
        this.plan = event.steps;
        break;
      case 'approval':
        if (event.tool === 'update_plan') this.planApproved = event.allowed;
        break;
      case 'tool-start': {
        const call = this.#open.get(event.id);
        if (call) call.started = true;
        break;
      }
      case 'tool-result':
        this.#result(event);
        break;
      case 'cleared':
        this.#clear(new Set(event.ids));
        break;
      case 'compacted':
        this.#restsOnRecord = this.atRest;
        this.messages = [{ role: 'user', content: event.content.map(toUserBlock) }];
        this.#deliver();
        break;
      case 'stop':
        this.#stop(event.reason);
        break;
    }
  }

  /** Whether what is said now would come before what the model is about to say or do. */
  get isBusy(): boolean {
    return this.#open.size > 0 || this.#awaitsAnswer;
  }

  #hear({ content, queued }: Extract<SessionEvent, { kind: 'message' }>): void {
    for (const block of content) if (block.type === 'resource') this.sources.add(block.name);
    this.#queued.push(...content);
    if (!queued) this.#deliver();
  }

  #say(content: readonly UserBlock[]): void {
    if (content.length === 0) return;
    this.#append('user', content.map(toUserBlock));
  }

  /** Call before the model is asked: from now on messages wait for what comes of it. */
  asked(): void {
    this.#awaitsAnswer = true;
  }

  /** Call when nothing came of it. */
  unasked(): void {
    this.#awaitsAnswer = false;
  }

  #answer({ content, stopReason, problems }: Extract<SessionEvent, { kind: 'answer' }>): void {
    // The API asks that a refused exchange does not go back to the model; an empty message it would not accept.
    if (stopReason !== 'refusal' && content.length > 0) this.#append('assistant', content);
    if (stopReason !== 'refusal') {
      for (const block of content) {
        if (block.type !== 'tool_use') continue;
        const problem = problems[block.id];
        const input = block.input as Record<string, unknown>;
        this.#open.set(block.id, {
          id: block.id,
          tool: block.name,
          input,
          started: false,
          ...(problem && { problem }),
        });
      }
    }
    this.#deliver();
  }

  #result(event: Extract<SessionEvent, { kind: 'tool-result' }>): void {
    this.#open.delete(event.id);
    if (event.source !== undefined) this.sources.add(event.source);
    const result: Anthropic.ToolResultBlockParam = {
      type: 'tool_result',
      tool_use_id: event.id,
      content: event.content.map(toApi),
      is_error: event.isError,
    };
    const last = this.messages.at(-1);
    if (last?.role !== 'user') this.messages.push({ role: 'user', content: [result] });
    // The API wants results first, and all of them in the message after the calls.
    else last.content.splice(last.content.filter(({ type }) => type === 'tool_result').length, 0, result);
    this.#deliver();
  }

  /** Says what waited, once nothing stands before it. */
  #deliver(): void {
    this.#awaitsAnswer = false;
    if (this.#open.size > 0) return;
    const queued = this.#queued;
    this.#queued = [];
    this.#say(queued);
  }

  #stop(reason: string): void {
    // What comes after is another task, which needs a plan of its own.
    if (reason === 'done') this.planApproved = false;
    if (this.#open.size === 0) this.#deliver();
  }

  /** Messages of one side in a row are one message to the API; after `pause_turn` the model goes on in its own. */
  #append(role: 'user' | 'assistant', content: Blocks): void {
    this.#restsOnRecord = false;
    const last = this.messages.at(-1);
    if (last?.role === role) last.content.push(...content);
    else this.messages.push({ role, content: [...content] });
  }

  #clear(ids: ReadonlySet<string>): void {
    for (const { content } of this.messages) {
      for (const [i, block] of content.entries()) {
        if (block.type !== 'tool_result' || !ids.has(block.tool_use_id)) continue;
        content[i] = { ...block, content: [{ type: 'text', text: clearedText(block.tool_use_id) }] };
      }
    }
  }
}

function toApi(
  block: ResultBlock,
): Anthropic.TextBlockParam | Anthropic.ImageBlockParam | Anthropic.ToolReferenceBlockParam {
  if (block.type === 'text') return block;
  if (block.type === 'tool-reference') return { type: 'tool_reference', tool_name: block.name };
  return { type: 'image', source: { type: 'base64', media_type: block.mediaType, data: block.data } };
}

function toUserBlock(block: UserBlock): Anthropic.TextBlockParam | Anthropic.ImageBlockParam {
  switch (block.type) {
    case 'text':
      return block;
    case 'image':
      return { type: 'image', source: { type: 'base64', media_type: block.mediaType, data: block.data } };
    case 'resource':
      return { type: 'text', text: block.text };
  }
}
