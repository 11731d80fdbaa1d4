// One assistant message as the events of the streaming protocol, in the order in which the API sends them.
import { createHash, randomUUID } from 'node:crypto';
import type Anthropic from '@anthropic-ai/sdk';
import { type InputUsage, tokensOf } from './prompt-cache.js';
import type { Reply, ScriptBlock } from './script.js';

/** A block with all that the API adds to it. */
export type SentBlock =
  | Extract<ScriptBlock, { type: 'text' | 'redacted_thinking' }>
  | { type: 'thinking'; thinking: string; signature: string }
  | { type: 'tool_use'; name: string; id: string; json: string };

export type StreamEvent = Anthropic.RawMessageStreamEvent | { type: 'ping' };

/** Gives calls their ids and thinking its signature, where the script does not. */
export function sentBlocks(content: readonly ScriptBlock[]): SentBlock[] {
  return content.map((block) => {
    switch (block.type) {
      case 'thinking':
        return { ...block, signature: block.signature ?? signatureOf(block.thinking) };
      case 'tool_use': {
        const { type, name, id = newId('toolu') } = block;
        return { type, name, id, json: 'json' in block ? block.json : JSON.stringify(block.input) };
      }
      default:
        return block;
    }
  });
}

/** `counted` is the input as the prompt cache sees it. */
export function* eventsOf(
  reply: Reply,
  content: readonly SentBlock[],
  model: string,
  counted: InputUsage,
): Generator<StreamEvent> {
  const { chunkSize = 24 } = reply;
  const input = inputUsage(reply, counted);
  const output = reply.usage?.output_tokens ?? tokensOf(content);
  const unstopped = { stop_reason: null, stop_sequence: null, stop_details: null };
  yield {
    type: 'message_start',
    message: {
      id: newId('msg'),
      type: 'message',
      role: 'assistant',
      model,
      content: [],
      container: null,
      diagnostics: null,
      ...unstopped,
      usage: {
        ...input,
        cache_creation: {
          ephemeral_5m_input_tokens: input.cache_creation_input_tokens,
          ephemeral_1h_input_tokens: 0,
        },
        output_tokens: Math.min(1, output),
        output_tokens_details: null,
        server_tool_use: null,
        service_tier: 'standard',
        inference_geo: null,
        speed: null,
      },
    },
  };
  yield { type: 'ping' };
  for (const [index, block] of content.entries()) {
    const { start, deltas } = openBlock(block, chunkSize);
    yield { type: 'content_block_start', index, content_block: start };
    for (const delta of deltas) yield { type: 'content_block_delta', index, delta };
    yield { type: 'content_block_stop', index };
  }
  yield {
    type: 'message_delta',
    delta: { ...unstopped, ...stopOf(reply), container: null },
    usage: { ...input, output_tokens: output, output_tokens_details: null, server_tool_use: null },
  };
  yield { type: 'message_stop' };
}

/** What a thinking block is signed with unless the script says otherwise. */
function signatureOf(thinking: string, nonce = randomUUID().slice(0, 8)): string {
  return `sig_${nonce}_${createHash('sha256').update(nonce).update(thinking).digest('hex').slice(0, 16)}`;
}

/** False for a signature of this API that belongs to another text. Those that scripts made up tell nothing. */
export function isSigned(thinking: string, signature: string): boolean {
  const [, nonce] = /^sig_([0-9a-f]{8})_[0-9a-f]{16}$/.exec(signature) ?? [];
  return nonce === undefined || signature === signatureOf(thinking, nonce);
}

function inputUsage({ usage = {} }: Reply, counted: InputUsage): InputUsage {
  const { input_tokens, cache_read_input_tokens, cache_creation_input_tokens } = usage;
  if ([input_tokens, cache_read_input_tokens, cache_creation_input_tokens].every((given) => given === undefined)) {
    return counted;
  }
  return {
    input_tokens: input_tokens ?? 0,
    cache_read_input_tokens: cache_read_input_tokens ?? 0,
    cache_creation_input_tokens: cache_creation_input_tokens ?? 0,
  };
}

function stopOf({ content, stopReason, stopDetails }: Reply) {
  const called = content.some((block) => block.type === 'tool_use');
  const details = { type: 'refusal' as const, category: null, explanation: null, ...stopDetails };
  return {
    stop_reason: stopReason ?? (called ? 'tool_use' : 'end_turn'),
    stop_details: stopReason === 'refusal' ? details : null,
  };
}

function openBlock(
  block: SentBlock,
  chunkSize: number,
): { start: Anthropic.ContentBlock; deltas: Anthropic.RawContentBlockDelta[] } {
  switch (block.type) {
    case 'text':
      return {
        start: { type: 'text', text: '', citations: null },
        deltas: chunks(block.text, chunkSize).map((text) => ({ type: 'text_delta', text })),
      };
    case 'thinking':
      return {
        start: { type: 'thinking', thinking: '', signature: '' },
        deltas: [
          ...chunks(block.thinking, chunkSize).map((thinking) => ({ type: 'thinking_delta' as const, thinking })),
          { type: 'signature_delta', signature: block.signature },
        ],
      };
    case 'redacted_thinking':
      return { start: { type: 'redacted_thinking', data: block.data }, deltas: [] };
    case 'tool_use':
      return {
        start: { type: 'tool_use', id: block.id, name: block.name, input: {}, caller: { type: 'direct' } },
        // The API opens every input with an empty delta.
        deltas: ['', ...chunks(block.json, chunkSize)].map((partial_json) => ({
          type: 'input_json_delta',
          partial_json,
        })),
      };
  }
}

function chunks(text: string, size: number): string[] {
  const points = [...text];
  const count = Math.ceil(points.length / size);
  return Array.from({ length: count }, (_, i) => points.slice(i * size, (i + 1) * size).join(''));
}

function newId(prefix: string): string {
  return `${prefix}_${randomUUID().replaceAll('-', '').slice(0, 24)}`;
}
