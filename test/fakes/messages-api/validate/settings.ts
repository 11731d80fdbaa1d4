import type Anthropic from '@anthropic-ai/sdk';

/** Tokens of one answer, from platform.claude.com/docs/en/about-claude/models; a name that is not here has no limit. */
const longestOutput: readonly [name: RegExp, tokens: number][] = [
  [/claude-3-(opus|haiku)/, 4_096],
  [/claude-3-5/, 8_192],
  [/claude-opus-4(-1)?(-\d{8}|@|$)/, 32_000],
  [/claude-(3-7-sonnet|(sonnet|haiku)-4|opus-4-5)/, 64_000],
  [/claude-(opus-4-[678]|(opus|sonnet|haiku|fable|mythos)-5)/, 128_000],
];

/** These decide themselves how much they think. */
const withoutBudget = /claude-(opus-4-[78]|(opus|sonnet|haiku|fable|mythos)-5)/;

export function faultInSettings(body: Anthropic.MessageCreateParams): string | undefined {
  const { model, max_tokens, stream, thinking } = body;
  if (!model) return 'model: Field required';
  if (!Number.isInteger(max_tokens) || max_tokens < 1) return 'max_tokens: must be a positive integer';
  const longest = longestOutput.find(([name]) => name.test(model))?.[1] ?? Number.POSITIVE_INFINITY;
  if (max_tokens > longest) {
    return `max_tokens: ${max_tokens} > ${longest}, which is the maximum allowed number of output tokens for ${model}`;
  }
  if (stream !== true) return 'stream: this server only streams';
  if (thinking?.type !== 'enabled') return undefined;
  if (withoutBudget.test(model))
    return `"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive".`;
  if (thinking.budget_tokens < 1024)
    return 'thinking.enabled.budget_tokens: Input should be greater than or equal to 1024';
  return thinking.budget_tokens < max_tokens
    ? undefined
    : '`max_tokens` must be greater than `thinking.budget_tokens`.';
}
