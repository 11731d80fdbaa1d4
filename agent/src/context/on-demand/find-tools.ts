// The model's own tool that loads definitions which were held back.
import * as z from 'zod';
import { type ToolInfo, textOutcome } from '../../mcp/index.js';
import { checkedTool, type OwnTool } from '../../tools/index.js';

const findToolsName = 'find_tools';

const most = 8;
const maxNames = 150;

const input = z.object({
  query: z.string().trim().min(1).describe('Words of what is to be done, or exact names of tools'),
});

/** `held` answers what is held back as it is asked. */
export function findToolsTool(held: () => readonly ToolInfo[]): OwnTool {
  const names = held().map(({ name }) => name);
  const left = names.length - maxNames;
  const list = [...names.slice(0, maxNames), ...(left > 0 ? [`and ${left} more`] : [])].join(', ');
  const description = `Loads up to ${most} of these further tools by what they do, so that they can be called from the next turn on: ${list}.`;
  return checkedTool(findToolsName, description, input, ({ query }) => {
    const found = matching(held(), query);
    if (found.length === 0) return textOutcome('No tool fits. Try other words, or a name from the list.');
    // The API puts the definitions in their place, and takes nothing beside them.
    return { content: found.map(({ name }) => ({ type: 'tool-reference', name })), isError: false };
  });
}

/** Best first: by exact name, then by how many of the words are in the name, then in the description. */
export function matching(tools: readonly ToolInfo[], query: string): ToolInfo[] {
  const words = (query.toLowerCase().match(/[\p{L}\p{N}_-]+/gu) ?? []).filter(
    (word) => word.length > 2 || /\d/.test(word),
  );
  return tools
    .map((tool) => ({ tool, score: score(tool, words) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ tool }) => tool);
}

function score({ name, tool, title = '', description }: ToolInfo, words: readonly string[]): number {
  const names = [name.toLowerCase(), tool.toLowerCase()];
  const said = `${title} ${description}`.toLowerCase();
  return words.reduce((sum, word) => {
    if (names.includes(word)) return sum + 100;
    return sum + (names.some((one) => one.includes(word)) ? 10 : 0) + (said.includes(word) ? 1 : 0);
  }, 0);
}
