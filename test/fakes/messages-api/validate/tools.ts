import type Anthropic from '@anthropic-ai/sdk';

const toolName = /^[a-zA-Z0-9_-]{1,128}$/;

export function faultInTools({ tools = [] }: Anthropic.MessageCreateParams): string | undefined {
  const seen = new Set<string>();
  for (const [i, tool] of tools.entries()) {
    if (!('input_schema' in tool)) return `tools.${i}.input_schema: Field required`;
    if (!toolName.test(tool.name)) return `tools.${i}.name: String should match pattern '${toolName.source}'`;
    if (seen.has(tool.name)) return 'tools: Tool names must be unique.';
    seen.add(tool.name);
    if (tool.input_schema.type !== 'object') return `tools.${i}.input_schema.type: Input should be 'object'`;
    if (tool.description !== undefined && typeof tool.description !== 'string') {
      return `tools.${i}.description: Input should be a valid string`;
    }
    if (tool.defer_loading && tool.cache_control) {
      return `tools.${i}: Tool '${tool.name}' cannot have both defer_loading=true and cache_control set.`;
    }
  }
  const allHeldBack = tools.length > 0 && tools.every((tool) => 'defer_loading' in tool && tool.defer_loading);
  return allHeldBack ? 'At least one tool must have defer_loading=false.' : undefined;
}
