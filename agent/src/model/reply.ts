// Puts a streamed answer together. Unlike the SDK's own helper it keeps malformed arguments apart from well-formed ones,
// and takes a stream that stops early for what it is: no answer.
import type Anthropic from '@anthropic-ai/sdk';
import { APIError } from '@anthropic-ai/sdk';
import type { ModelReply, Usage } from './types.js';

/** The connection ended before the answer did. */
export class StreamCut extends Error {
  override readonly name = 'StreamCut';
}

interface Listener {
  signal: AbortSignal;
  onText(delta: string): void;
  onThinking(delta: string): void;
}

interface Draft {
  block: Anthropic.ContentBlock;
  json: string;
}

/** What has come of an answer so far. */
interface Progress {
  drafts: Draft[];
  usage: Usage;
  stop?: Anthropic.RawMessageDeltaEvent.Delta;
  ended: boolean;
}

/**
 * Throws StreamCut, or APIError for an error in the stream. An aborted answer resolves to the text that had come; with
 * none it rejects with the signal's reason.
 */
export async function readReply(
  stream: AsyncIterable<Anthropic.RawMessageStreamEvent>,
  listener: Listener,
): Promise<ModelReply> {
  const progress: Progress = {
    drafts: [],
    usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    ended: false,
  };
  try {
    for await (const event of cutAsError(stream)) advance(progress, event, listener);
  } catch (error) {
    if (!listener.signal.aborted || !(error instanceof StreamCut || error instanceof APIError)) throw error;
  }
  const { drafts, usage, stop, ended } = progress;
  if (!ended || !stop) {
    if (listener.signal.aborted) return interrupted(progress, listener.signal);
    throw new StreamCut('The answer broke off.');
  }
  const problems: Record<string, string> = {};
  const content = drafts.flatMap((draft) => finish(draft, stop.stop_reason, problems));
  const stopReason = stop.stop_reason ?? 'end_turn';
  return { content, stopReason, refusal: stop.stop_details?.explanation ?? null, usage, problems };
}

function advance(progress: Progress, event: Anthropic.RawMessageStreamEvent, listener: Listener): void {
  switch (event.type) {
    case 'message_start':
      count(progress.usage, event.message.usage);
      break;
    case 'content_block_start':
      progress.drafts[event.index] = { block: { ...event.content_block }, json: '' };
      break;
    case 'content_block_delta':
      extend(progress.drafts[event.index], event.delta, listener);
      break;
    case 'message_delta':
      progress.stop = event.delta;
      count(progress.usage, event.usage);
      break;
    case 'message_stop':
      progress.ended = true;
  }
}

/** Calls are not kept: nobody will make them. */
function interrupted({ drafts, usage }: Progress, signal: AbortSignal): ModelReply {
  const content = drafts.flatMap((draft) => (draft.block.type === 'tool_use' ? [] : finish(draft, null, {})));
  if (!content.some(({ type }) => type === 'text')) signal.throwIfAborted();
  return { content, stopReason: 'interrupted', refusal: null, usage, problems: {} };
}

async function* cutAsError<Event>(stream: AsyncIterable<Event>): AsyncGenerator<Event> {
  try {
    yield* stream;
  } catch (error) {
    if (error instanceof APIError) throw error;
    throw new StreamCut(`The answer broke off: ${(error as Error).message}.`, { cause: error });
  }
}

/** Counters are totals of the whole message and are left out where nothing changed. */
function count(usage: Usage, seen: Partial<Anthropic.Usage> | Anthropic.MessageDeltaUsage): void {
  usage.input = seen.input_tokens ?? usage.input;
  usage.output = seen.output_tokens ?? usage.output;
  usage.cacheRead = seen.cache_read_input_tokens ?? usage.cacheRead;
  usage.cacheWrite = seen.cache_creation_input_tokens ?? usage.cacheWrite;
}

function extend(draft: Draft | undefined, delta: Anthropic.RawContentBlockDelta, listener: Listener): void {
  if (!draft) throw new StreamCut('The answer continued a block that it had not begun.');
  const { block } = draft;
  if (delta.type === 'input_json_delta') {
    draft.json += delta.partial_json;
  } else if (delta.type === 'text_delta' && block.type === 'text') {
    block.text += delta.text;
    listener.onText(delta.text);
  } else if (delta.type === 'thinking_delta' && block.type === 'thinking') {
    block.thinking += delta.thinking;
    listener.onThinking(delta.thinking);
  } else if (delta.type === 'signature_delta' && block.type === 'thinking') {
    block.signature = delta.signature;
  }
}

/** The block as it can be sent back, or nothing where the API would not take it back. */
function finish(
  { block, json }: Draft,
  stopReason: string | null,
  problems: Record<string, string>,
): Anthropic.ContentBlockParam[] {
  switch (block.type) {
    case 'text':
      return block.text.trim() === '' ? [] : [{ type: 'text', text: block.text }];
    case 'thinking':
      return block.signature ? [block] : [];
    case 'tool_use': {
      const { input, problem } = parseInput(json, stopReason);
      if (problem) problems[block.id] = problem;
      return [{ type: 'tool_use', id: block.id, name: block.name, input }];
    }
    default:
      return [block as Anthropic.ContentBlockParam];
  }
}

function parseInput(json: string, stopReason: string | null): { input: object; problem?: string } {
  if (json.trim() === '') return { input: {} };
  try {
    const input: unknown = JSON.parse(json);
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return { input };
    return { input: {}, problem: 'The arguments are not a JSON object. Call again with an object.' };
  } catch (error) {
    const problem =
      stopReason === 'max_tokens'
        ? 'The call was cut off by the limit on the length of one answer. Split the work into smaller calls.'
        : `The arguments are not valid JSON (${(error as Error).message}). Call again with valid JSON.`;
    return { input: {}, problem };
  }
}
