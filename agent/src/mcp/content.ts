// What a server answered, as blocks that the model's API accepts, of bounded size.
import type { ContentBlock } from '@modelcontextprotocol/sdk/types.js';
import type { ResultBlock } from '../session/index.js';

/** Characters of text per result: only a bound for memory. What of it goes to the model is for the context to say. */
const maxText = 4_000_000;
/** Base64 characters; the API refuses images above 5 MB. */
const maxImage = 5 * 1024 * 1024;

export function toResultBlocks(content: readonly ContentBlock[]): ResultBlock[] {
  const blocks = content.map(toBlock);
  let room = maxText;
  return blocks
    .flatMap((block): ResultBlock[] => {
      if (block.type !== 'text') return [block];
      const text = boundText(block.text, room);
      room -= Math.min(room, text.length);
      return text === '' ? [] : [{ type: 'text', text }];
    })
    .concat(
      blocks.some((block) => block.type !== 'text' || block.text !== '') ? [] : [{ type: 'text', text: '(empty)' }],
    );
}

function toBlock(block: ContentBlock): ResultBlock {
  switch (block.type) {
    case 'text':
      return { type: 'text', text: block.text };
    case 'image': {
      const mediaType = (['image/png', 'image/jpeg', 'image/gif', 'image/webp'] as const).find(
        (type) => type === block.mimeType,
      );
      if (mediaType && block.data.length <= maxImage) return { type: 'image', mediaType, data: block.data };
      return { type: 'text', text: `[An image of type ${block.mimeType} that cannot be shown was left out.]` };
    }
    case 'audio':
      return { type: 'text', text: `[Audio of type ${block.mimeType} was left out.]` };
    case 'resource_link':
      return { type: 'text', text: `[${block.name}: ${block.uri}]` };
    case 'resource': {
      const { resource } = block;
      return { type: 'text', text: 'text' in resource ? resource.text : `[${resource.uri}: binary, left out.]` };
    }
  }
}

/** At most about `max` characters, from both ends, with a note of what is missing. Lone surrogates, which the API refuses, become U+FFFD. */
export function boundText(text: string, max: number): string {
  if (text.length <= max) return text.toWellFormed();
  const head = Math.ceil(max * 0.6);
  const tail = max - head;
  const note = `\n[${text.length - max} characters left out here: ask for less at a time.]\n`;
  return (text.slice(0, head) + note + text.slice(text.length - tail)).toWellFormed();
}
