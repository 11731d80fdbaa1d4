// One assistant message as the events of the streaming protocol, in the order in which the API sends them.
import { randomUUID } from 'node:crypto';
import type { Reply, ScriptBlock } from './script.js';

export interface StreamEvent {
  type: string;
  [field: string]: unknown;
}

export function* eventsOf(reply: Reply, model: string): Generator<StreamEvent> {
  const { content, usage = {}, chunkSize = 24 } = reply;
  const input = {
    input_tokens: usage.input_tokens ?? 100,
    cache_creation_input_tokens: usage.cache_creation_input_tokens ?? 0,
    cache_read_input_tokens: usage.cache_read_input_tokens ?? 0,
  };
  const message = { id: newId('msg'), type: 'message', role: 'assistant', model, content: [], container: null };
  const unstopped = { stop_reason: null, stop_sequence: null, stop_details: null };
  yield { type: 'message_start', message: { ...message, ...unstopped, usage: { ...input, output_tokens: 1 } } };
  yield { type: 'ping' };
  for (const [index, block] of content.entries()) {
    const { start, deltas } = openBlock(block, chunkSize);
    yield { type: 'content_block_start', index, content_block: start };
    for (const delta of deltas) yield { type: 'content_block_delta', index, delta };
    yield { type: 'content_block_stop', index };
  }
  const called = content.some((block) => block.type === 'tool_use');
  yield {
    type: 'message_delta',
    delta: { ...unstopped, stop_reason: reply.stopReason ?? (called ? 'tool_use' : 'end_turn'), container: null },
    usage: { ...input, output_tokens: usage.output_tokens ?? 20 },
  };
  yield { type: 'message_stop' };
}

function openBlock(block: ScriptBlock, chunkSize: number): { start: object; deltas: object[] } {
  switch (block.type) {
    case 'text':
      return {
        start: { type: 'text', text: '' },
        deltas: chunks(block.text, chunkSize).map((text) => ({ type: 'text_delta', text })),
      };
    case 'thinking':
      return {
        start: { type: 'thinking', thinking: '', signature: '' },
        deltas: [
          ...chunks(block.thinking, chunkSize).map((thinking) => ({ type: 'thinking_delta', thinking })),
          { type: 'signature_delta', signature: block.signature ?? newId('sig') },
        ],
      };
    case 'tool_use': {
      const json = 'json' in block ? block.json : JSON.stringify(block.input);
      return {
        start: { type: 'tool_use', id: block.id ?? newId('toolu'), name: block.name, input: {} },
        // The API opens every input with an empty delta.
        deltas: ['', ...chunks(json, chunkSize)].map((partial_json) => ({ type: 'input_json_delta', partial_json })),
      };
    }
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
