// The conversation as the model sees it, computed from the session's events one by one.
import type Anthropic from '@anthropic-ai/sdk';
import type { Project } from '../project/index.js';
import type { PlanStep, ResultBlock, SessionEvent } from './events.js';

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

export class Conversation {
  readonly messages: Anthropic.MessageParam[] = [];
  project: Project | undefined;
  plan: readonly PlanStep[] = [];
  planApproved = false;
  readonly #open = new Map<string, OpenCall>();

  get openCalls(): readonly OpenCall[] {
    return [...this.#open.values()];
  }

  apply(event: SessionEvent): void {
    switch (event.kind) {
      case 'session':
        this.project = event.project;
        break;
      case 'message':
        this.#say({ type: 'text', text: event.text });
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
      case 'stop':
        // What comes after is another task, which needs a plan of its own.
        if (event.reason === 'done') this.planApproved = false;
        break;
      case 'tool-start': {
        const call = this.#open.get(event.id);
        if (call) call.started = true;
        break;
      }
      case 'tool-result':
        this.#open.delete(event.id);
        this.#say({
          type: 'tool_result',
          tool_use_id: event.id,
          content: event.content.map(toApi),
          is_error: event.isError,
        });
        break;
    }
  }

  #answer({ content, stopReason, problems }: Extract<SessionEvent, { kind: 'answer' }>): void {
    // The API asks that a refused exchange does not go back to the model; an empty message it would not accept.
    if (stopReason === 'refusal' || content.length === 0) return;
    const last = this.messages.at(-1);
    // After `pause_turn` the model goes on in its own message.
    if (last?.role === 'assistant' && Array.isArray(last.content)) last.content.push(...content);
    else this.messages.push({ role: 'assistant', content: [...content] });
    for (const block of content) {
      if (block.type !== 'tool_use') continue;
      const problem = problems[block.id];
      const input = block.input as Record<string, unknown>;
      this.#open.set(block.id, { id: block.id, tool: block.name, input, started: false, ...(problem && { problem }) });
    }
  }

  #say(block: Anthropic.ContentBlockParam): void {
    const last = this.messages.at(-1);
    if (last?.role !== 'user' || !Array.isArray(last.content)) {
      this.messages.push({ role: 'user', content: [block] });
      return;
    }
    // The API wants results first, also those of calls that a resumed session answers after the user spoke.
    const results = last.content.filter(({ type }) => type === 'tool_result').length;
    last.content.splice(block.type === 'tool_result' ? results : last.content.length, 0, block);
  }
}

function toApi(block: ResultBlock): Anthropic.TextBlockParam | Anthropic.ImageBlockParam {
  if (block.type === 'text') return block;
  return { type: 'image', source: { type: 'base64', media_type: block.mediaType, data: block.data } };
}
