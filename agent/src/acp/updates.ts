// What happens in a session as updates for an editor. Text that was shown while it came is not in them; see `live.ts`.
import type { ContentBlock, SessionUpdate } from '@agentclientprotocol/sdk';
import { planName } from '../loop/index.js';
import type { PlanStep, SessionEvent, UserBlock } from '../session/index.js';
import { tellApplied } from './applied.js';
import { metaKeys } from './extension.js';
import { oneLine, withoutMarks } from './text.js';
import { type Call, describeCall, resultUpdate, type Surroundings, startUpdate } from './tool-updates.js';

type Event<Kind extends SessionEvent['kind']> = Extract<SessionEvent, { kind: Kind }>;
type Answer = Event<'answer'>;

/** `input` answers a call's arguments, undefined where the call is not known. */
export function updatesOf(
  event: SessionEvent,
  surroundings: Surroundings,
  input: (id: string) => Call['input'] | undefined,
): SessionUpdate[] {
  switch (event.kind) {
    case 'answer':
      return callsOf(event).map((call) => ({ sessionUpdate: 'tool_call', ...describeCall(call, surroundings) }));
    case 'tool-start':
      return [startUpdate(event)];
    case 'tool-result':
      return event.tool === planName ? [] : [resultUpdate(event, input(event.id), surroundings)];
    case 'plan':
      return [planUpdate(event.steps)];
    case 'mode':
      return [{ sessionUpdate: 'current_mode_update', currentModeId: event.mode }];
    case 'compacted':
      return [thought('The conversation was replaced by a summary to make room.')];
    case 'cleared':
      return [thought(`${event.ids.length} old results were cleared to make room.`)];
    case 'rewound':
      return [said(`Back to before prompt ${event.prompt}: what came after it no longer counts.`)];
    case 'stop':
      return stopUpdates(event);
    default:
      return [];
  }
}

/** The same for a session that is loaded: all that was said is told as well. `prompt` is the message's number. */
export function replayUpdates(
  event: SessionEvent,
  prompt: number,
  surroundings: Surroundings,
  input: (id: string) => Call['input'] | undefined,
): SessionUpdate[] {
  switch (event.kind) {
    case 'message':
      return event.from === 'user' ? event.content.map((block) => userChunk(block, prompt)) : [];
    case 'answer':
      return [...saidIn(event), ...updatesOf(event, surroundings, input)];
    case 'notice':
      return [thought(event.text)];
    case 'applied':
      return [thought(tellApplied(event))];
    // What a session that is loaded is in now is in the answer to the request.
    case 'mode':
      return [];
    case 'stop':
      return event.reason === 'failed' ? [said(event.message)] : stopUpdates(event);
    default:
      return updatesOf(event, surroundings, input);
  }
}

/** The calls of an answer. The plan is shown as a plan. */
export function callsOf({ content }: Answer): Call[] {
  return content.flatMap((block) => {
    if (block.type !== 'tool_use' || block.name === planName) return [];
    return [{ id: block.id, tool: block.name, input: block.input as Record<string, unknown> }];
  });
}

function planUpdate(steps: readonly PlanStep[]): SessionUpdate {
  return {
    sessionUpdate: 'plan',
    entries: steps.map(({ id, title, status }) => ({
      content: oneLine(title, 300),
      priority: 'medium',
      status: status === 'done' ? 'completed' : status,
      _meta: { [metaKeys.step]: id },
    })),
  };
}

export function said(text: string): SessionUpdate {
  return { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } };
}

export function thought(text: string): SessionUpdate {
  return { sessionUpdate: 'agent_thought_chunk', content: { type: 'text', text: `${text}\n` } };
}

/** `failed` is told by the answer to the prompt, `done` and `interrupted` by its stop reason. */
function stopUpdates({ reason, message }: Event<'stop'>): SessionUpdate[] {
  return reason === 'limit' || reason === 'stuck' || reason === 'refused' ? [said(`\n\n${message}`)] : [];
}

function saidIn({ content }: Answer): SessionUpdate[] {
  return content.flatMap((block): SessionUpdate[] => {
    if (block.type === 'text') return [said(block.text)];
    if (block.type !== 'thinking' || block.thinking === '') return [];
    return [{ sessionUpdate: 'agent_thought_chunk', content: { type: 'text', text: block.thinking } }];
  });
}

function userChunk(block: UserBlock, prompt: number): SessionUpdate {
  return { sessionUpdate: 'user_message_chunk', content: userContent(block), _meta: { [metaKeys.prompt]: prompt } };
}

function userContent(block: UserBlock): ContentBlock {
  switch (block.type) {
    case 'text':
      return block;
    case 'image':
      return { type: 'image', data: block.data, mimeType: block.mediaType };
    case 'resource':
      return { type: 'resource', resource: { uri: block.uri, text: withoutMarks(block.text) } };
  }
}
