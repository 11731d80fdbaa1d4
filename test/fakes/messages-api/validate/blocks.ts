// What a single block may be.
import type Anthropic from '@anthropic-ai/sdk';

interface Seen {
  callIds: Set<string>;
  tools: ReadonlySet<string>;
}

const owners: Partial<Record<string, string>> = {
  tool_use: 'assistant',
  thinking: 'assistant',
  redacted_thinking: 'assistant',
  tool_result: 'user',
  image: 'user',
};

const imageTypes = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'];
const largestImage = 5 * 1024 * 1024;

export function faultInBlock(role: string, block: Anthropic.ContentBlockParam, seen: Seen): string | undefined {
  const owner = owners[block.type];
  if (owner && owner !== role) return `type: ${block.type} is not allowed in a message of the ${role}`;
  switch (block.type) {
    case 'text':
      return block.text.trim() === '' ? 'text: text content blocks must contain non-whitespace text' : undefined;
    case 'thinking':
      return block.signature ? undefined : 'signature: Field required';
    case 'redacted_thinking':
      return block.data ? undefined : 'data: Field required';
    case 'tool_use':
      if (seen.callIds.has(block.id)) return 'id: `tool_use` ids must be unique';
      seen.callIds.add(block.id);
      return isObject(block.input) ? undefined : 'input: Input should be a valid dictionary';
    case 'image':
      return faultInImage(block);
    case 'tool_result':
      return faultInResult(block, seen);
    default:
      return `type: ${block.type} is not known to this server`;
  }
}

function faultInResult({ content = [] }: Anthropic.ToolResultBlockParam, seen: Seen): string | undefined {
  for (const [i, part] of (typeof content === 'string' ? [] : content).entries()) {
    const fault = faultInPart(part, seen);
    if (fault) return `content.${i}.${fault}`;
  }
  return undefined;
}

type Part = Exclude<Anthropic.ToolResultBlockParam['content'], string | undefined>[number];

function faultInPart(part: Part, { tools }: Seen): string | undefined {
  switch (part.type) {
    case 'text':
      return part.text === '' ? 'text: text content blocks must be non-empty' : undefined;
    case 'image':
      return faultInImage(part);
    case 'tool_reference':
      return tools.has(part.tool_name)
        ? undefined
        : `tool_name: Tool reference '${part.tool_name}' not found in available tools`;
    default:
      return `type: ${part.type} is not known to this server`;
  }
}

function faultInImage({ source }: Anthropic.ImageBlockParam): string | undefined {
  if (source.type !== 'base64') return undefined;
  if (!imageTypes.includes(source.media_type)) return `source.base64.media_type: Input should be one of ${imageTypes}`;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(source.data)) return 'source.base64.data: Input should be valid base64';
  const bytes = source.data.length;
  if (bytes > largestImage) return `source.base64: image exceeds 5 MB maximum: ${bytes} bytes > ${largestImage} bytes`;
  return undefined;
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
