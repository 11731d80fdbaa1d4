// The rules of the Messages API that a client can break, checked in the order in which it reports them.
import type { IncomingHttpHeaders } from 'node:http';
import type Anthropic from '@anthropic-ai/sdk';

/** Why the API would refuse the request, undefined when it would not. */
export function findFault(headers: IncomingHttpHeaders, body: Anthropic.MessageCreateParams): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(String(headers['anthropic-version']))) return 'anthropic-version: header is required';
  if (!body.model) return 'model: Field required';
  if (!Number.isInteger(body.max_tokens) || body.max_tokens < 1) return 'max_tokens: must be a positive integer';
  if (body.stream !== true) return 'stream: this server only streams';
  return faultInTools(body) ?? faultInMessages(body.messages) ?? faultInCacheMarkers(body);
}

function faultInTools({ tools = [] }: Anthropic.MessageCreateParams): string | undefined {
  const seen = new Set<string>();
  for (const [i, tool] of tools.entries()) {
    if (!('input_schema' in tool)) return `tools.${i}.input_schema: Field required`;
    if (!/^[a-zA-Z0-9_-]{1,128}$/.test(tool.name)) {
      return `tools.${i}.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`;
    }
    if (seen.has(tool.name)) return 'tools: Tool names must be unique.';
    seen.add(tool.name);
    if (tool.input_schema.type !== 'object') return `tools.${i}.input_schema.type: Input should be 'object'`;
  }
  return undefined;
}

type Blocks = readonly Anthropic.ContentBlockParam[];

function faultInMessages(messages: readonly Anthropic.MessageParam[]): string | undefined {
  if (!Array.isArray(messages) || messages.length === 0) return 'messages: at least one message is required';
  if (messages[0]?.role !== 'user') return 'messages: first message must use the "user" role';
  const seen = new Set<string>();
  for (const [i, message] of messages.entries()) {
    if (i > 0 && message.role === messages[i - 1]?.role) {
      return `messages.${i}: roles must alternate between "user" and "assistant"`;
    }
    const previous = i > 0 ? blocks(messages[i - 1]) : [];
    const fault = faultInBlocks(message.role, blocks(message), previous, seen);
    if (fault) return `messages.${i}.${fault}`;
  }
  const last = messages.at(-1);
  const open = last?.role === 'assistant' && blocks(last).some((block) => block.type === 'tool_use');
  return open
    ? `messages.${messages.length - 1}: \`tool_use\` ids were found without \`tool_result\` blocks`
    : undefined;
}

function faultInBlocks(role: string, content: Blocks, previous: Blocks, seen: Set<string>): string | undefined {
  if (content.length === 0) return 'content: must be non-empty';
  const asked = previous.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
  const answered = content.flatMap((block) => (block.type === 'tool_result' ? [block.tool_use_id] : []));
  const missing = asked.filter((id) => !answered.includes(id));
  if (missing.length > 0) {
    return `content: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(', ')}`;
  }
  const unasked = answered.filter((id) => !asked.includes(id));
  if (unasked.length > 0)
    return `content: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${unasked.join(', ')}`;
  if (new Set(answered).size < answered.length) return 'content: each tool_use must have a single result';
  if (content.slice(0, answered.length).some((block) => block.type !== 'tool_result')) {
    return 'content: `tool_result` blocks must come first';
  }
  for (const [i, block] of content.entries()) {
    const fault = faultInBlock(role, block, seen);
    if (fault) return `content.${i}.${fault}`;
  }
  return undefined;
}

function faultInBlock(role: string, block: Anthropic.ContentBlockParam, seen: Set<string>): string | undefined {
  const owner = { tool_use: 'assistant', thinking: 'assistant', tool_result: 'user', image: 'user' }[
    block.type as string
  ];
  if (owner && owner !== role) return `type: ${block.type} is not allowed in a message of the ${role}`;
  switch (block.type) {
    case 'text':
      return block.text.trim() === '' ? 'text: text content blocks must contain non-whitespace text' : undefined;
    case 'thinking':
      return block.signature ? undefined : 'signature: Field required';
    case 'tool_use':
      if (seen.has(block.id)) return 'id: `tool_use` ids must be unique';
      seen.add(block.id);
      return isObject(block.input) ? undefined : 'input: Input should be a valid dictionary';
    case 'tool_result': {
      const inner = typeof block.content === 'string' ? [] : (block.content ?? []);
      const empty = inner.some((part) => part.type === 'text' && part.text === '');
      return empty ? 'content: text content blocks must be non-empty' : undefined;
    }
    default:
      return undefined;
  }
}

function faultInCacheMarkers({ tools = [], system, messages }: Anthropic.MessageCreateParams): string | undefined {
  const marked = [...tools, ...(Array.isArray(system) ? system : []), ...messages.flatMap(blocks)].filter(
    (block) => 'cache_control' in block && block.cache_control,
  );
  if (marked.some((block) => 'type' in block && block.type === 'thinking')) {
    return 'cache_control cannot be set for thinking blocks';
  }
  return marked.length > 4
    ? `A maximum of 4 blocks with cache_control may be provided. Found ${marked.length}.`
    : undefined;
}

function blocks(message: Anthropic.MessageParam | undefined): Blocks {
  const content = message?.content ?? [];
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
