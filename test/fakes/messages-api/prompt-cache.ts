// Counts tokens by length, and caches prefixes as the API does: what a request marks is written, and found again by
// later requests that begin with the same. See platform.claude.com/docs/en/build-with-claude/prompt-caching.
import { createHash } from 'node:crypto';
import type Anthropic from '@anthropic-ai/sdk';
import { blocksOf } from './blocks.js';

export interface InputUsage {
  input_tokens: number;
  cache_read_input_tokens: number;
  cache_creation_input_tokens: number;
}

interface Part {
  json: string;
  tokens: number;
  marked: boolean;
}

/** A shorter prefix is not cached. */
const shortestPrefix = 1024;
/** How many parts before a marker are looked at for what an earlier request wrote. */
const lookback = 20;
const tokensOfImage = 1500;

export const tokensOf = (value: unknown): number => Math.ceil(JSON.stringify(value).length / 4);

export class PromptCache {
  readonly #written = new Set<string>();

  /** Counts a request's input, and remembers what it marks. Nothing is forgotten, as within five minutes. */
  count(body: Anthropic.MessageCreateParams): InputUsage {
    const parts = partsOf(body);
    const prefixes: { hash: string; tokens: number }[] = [];
    let hash = digest('', JSON.stringify([body.model, body.tool_choice ?? null]));
    let tokens = 0;
    for (const part of parts) {
      hash = digest(hash, part.json);
      tokens += part.tokens;
      prefixes.push({ hash, tokens });
    }
    const markers = parts.flatMap(({ marked }, i) =>
      marked && (prefixes[i]?.tokens ?? 0) >= shortestPrefix ? [i] : [],
    );
    const read = Math.max(0, ...markers.map((marker) => this.#longestBefore(marker, prefixes)));
    const written = Math.max(read, prefixes[markers.at(-1) ?? -1]?.tokens ?? 0);
    for (const marker of markers) this.#written.add(prefixes[marker]?.hash ?? '');
    return {
      input_tokens: tokens - written,
      cache_read_input_tokens: read,
      cache_creation_input_tokens: written - read,
    };
  }

  #longestBefore(marker: number, prefixes: readonly { hash: string; tokens: number }[]): number {
    const near = prefixes.slice(Math.max(0, marker - lookback), marker + 1);
    return near.findLast(({ hash }) => this.#written.has(hash))?.tokens ?? 0;
  }
}

/** In the order in which the model reads them. A definition that is held back is read where it is referred to. */
function partsOf({ tools = [], system = [], thinking, messages }: Anthropic.MessageCreateParams): Part[] {
  const definitions = tools as Anthropic.Tool[];
  const heldBack = new Map(definitions.filter((tool) => tool.defer_loading).map((tool) => [tool.name, tool]));
  const systemBlocks = typeof system === 'string' ? [{ type: 'text', text: system }] : system;
  return [
    ...definitions.filter((tool) => !tool.defer_loading).map((tool) => partOf('tool', tool)),
    ...systemBlocks.map((block) => partOf('system', block)),
    ...messages.flatMap((message) =>
      blocksOf(message).map((block) => partOf(`${message.role} ${JSON.stringify(thinking ?? null)}`, block, heldBack)),
    ),
  ];
}

function partOf(role: string, value: object, heldBack = new Map<string, Anthropic.Tool>()): Part {
  let extra = 0;
  let marked = false;
  const json = JSON.stringify(value, (key, inner: unknown) => {
    if (key === 'cache_control') {
      marked ||= inner !== null;
      return undefined;
    }
    const { type, tool_name } = (inner ?? {}) as { type?: string; tool_name?: string };
    if (type === 'tool_reference') extra += tokensOf(heldBack.get(tool_name ?? '') ?? '');
    if (type !== 'base64') return inner;
    extra += tokensOfImage;
    return createHash('sha256').update(JSON.stringify(inner)).digest('hex');
  });
  return { json: `${role} ${json}`, tokens: Math.ceil(json.length / 4) + extra, marked };
}

function digest(before: string, json: string): string {
  return createHash('sha256').update(before).update(json).digest('base64');
}
