// Tokens, before the model has counted them.
import type Anthropic from '@anthropic-ai/sdk';

const bytesPerToken = 4;
/** An image that the API has scaled down to its limit of about 1.15 megapixels. */
const imageTokens = 1_600;

type Inner = Exclude<Anthropic.ToolResultBlockParam['content'], string | undefined>[number];
type Block = Anthropic.ContentBlockParam | Inner;

/** Within a quarter or so for code and European languages. */
export function estimateBlocks(blocks: readonly Block[]): number {
  return blocks.reduce((sum, block) => sum + estimate(block), 0);
}

export function estimateText(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / bytesPerToken);
}

function estimate(block: Block): number {
  switch (block.type) {
    case 'text':
      return estimateText(block.text);
    case 'image':
      return imageTokens;
    case 'tool_result':
      return typeof block.content === 'string' ? estimateText(block.content) : estimateBlocks(block.content ?? []);
    default:
      return estimateText(JSON.stringify(block));
  }
}
