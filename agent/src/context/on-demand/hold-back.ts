// Which tools' definitions wait until they are asked for.
import type { ToolInfo } from '../../mcp/index.js';
import { estimateText } from '../room/index.js';

/** Tokens that definitions may take of every request. */
const definitionsBudget = 12_000;

/** GitLab's tools that most tasks begin with. */
const basicGitLab = new Set(['get_issue', 'get_merge_request', 'get_pipeline', 'get_job_logs', 'search']);

export interface Offer {
  shown: ToolInfo[];
  held: ToolInfo[];
}

/** Holds back whole groups, the least basic first, until the rest fits or nothing more can go. */
export function holdBack(tools: readonly ToolInfo[], budget = definitionsBudget): Offer {
  const held = new Set<ToolInfo>();
  const groups = [
    tools.filter(({ ours }) => !ours),
    tools.filter(({ ours, server, tool }) => ours && server === 'gitlab' && !basicGitLab.has(tool)),
  ];
  for (const group of groups) {
    if (sizeOf(tools.filter((tool) => !held.has(tool))) <= budget) break;
    for (const tool of group) held.add(tool);
  }
  return { shown: tools.filter((tool) => !held.has(tool)), held: tools.filter((tool) => held.has(tool)) };
}

function sizeOf(tools: readonly ToolInfo[]): number {
  return tools.reduce((sum, { name, description, inputSchema }) => {
    return sum + estimateText(name + description + JSON.stringify(inputSchema));
  }, 0);
}
