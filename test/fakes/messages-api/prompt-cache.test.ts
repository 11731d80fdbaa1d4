import type Anthropic from '@anthropic-ai/sdk';
import { expect, test } from 'vitest';
import { PromptCache, tokensOf } from './prompt-cache.js';

const cache_control = { type: 'ephemeral' as const };
const text = (words: number, mark = false): Anthropic.TextBlockParam => ({
  type: 'text',
  text: 'abc '.repeat(words),
  ...(mark && { cache_control }),
});
const user = (...content: Anthropic.ContentBlockParam[]) => ({ role: 'user' as const, content });
const request = (...messages: Anthropic.MessageParam[]) => ({ model: 'any', max_tokens: 1, messages });

function counts(cache: PromptCache, body: Anthropic.MessageCreateParams) {
  const { input_tokens, cache_read_input_tokens, cache_creation_input_tokens } = cache.count(body);
  return [input_tokens, cache_creation_input_tokens, cache_read_input_tokens].map((n) => Math.round(n / 1000));
}

test('writes up to the last marker, and reads it the next time', () => {
  const cache = new PromptCache();
  const body = request(user(text(2000, true), text(3000)));
  expect(counts(cache, body)).toEqual([3, 2, 0]);
  expect(counts(cache, body)).toEqual([3, 0, 2]);
});

test('a prefix that grew is read as far as it was written, and written on', () => {
  const cache = new PromptCache();
  cache.count(request(user(text(2000, true))));
  expect(counts(cache, request(user(text(2000), text(4000, true))))).toEqual([0, 4, 2]);
});

test('anything that changed before a marker makes what follows new', () => {
  const cache = new PromptCache();
  const of = (system: string, ask: number) => ({
    ...request(user(text(ask), text(2000, true))),
    system: [{ type: 'text' as const, text: system.repeat(8000), cache_control }],
  });
  cache.count(of('a', 1));
  expect(counts(cache, of('a', 2))).toEqual([0, 2, 2]);
  expect(counts(cache, of('b', 2))).toEqual([0, 4, 0]);
});

test.each([
  ['another model', { model: 'other' }],
  ['other tools', { tools: [{ name: 'more', input_schema: { type: 'object' as const } }] }],
  ['other thinking', { thinking: { type: 'adaptive' as const } }],
])('%s is another prefix', (_, change) => {
  const cache = new PromptCache();
  const body = request(user(text(2000, true)));
  cache.count(body);
  expect(counts(cache, { ...body, ...change })).toEqual([0, 2, 0]);
});

test('a tool that is held back changes nothing before it is referred to', () => {
  const cache = new PromptCache();
  const look = { name: 'look', input_schema: { type: 'object' as const } };
  const rare = {
    name: 'rare',
    description: 'word '.repeat(4000),
    input_schema: look.input_schema,
    defer_loading: true,
  };
  const body = { ...request(user(text(2000, true))), tools: [look] };
  cache.count(body);
  expect(counts(cache, { ...body, tools: [look, rare] })).toEqual([0, 0, 2]);
  const result = { type: 'tool_result' as const, tool_use_id: 'x' };
  const reference = { ...result, content: [{ type: 'tool_reference' as const, tool_name: 'rare' }] };
  expect(counts(cache, { ...body, tools: [look, rare], ...request(user(text(2000, true), reference)) })).toEqual([
    5, 0, 2,
  ]);
});

test('what is shorter than 1024 tokens is not cached', () => {
  const cache = new PromptCache();
  const body = request(user(text(900, true)));
  cache.count(body);
  expect(counts(cache, body)).toEqual([1, 0, 0]);
});

test('only the 20 parts before a marker are looked at', () => {
  const cache = new PromptCache();
  cache.count(request(user(text(2000, true))));
  const after = (parts: number) => {
    const small = Array.from({ length: parts }, (_, i) => ({ type: 'text' as const, text: `${parts} ${i}` }));
    const last = { type: 'text' as const, text: `last of ${parts}`, cache_control };
    return Math.round(cache.count(request(user(text(2000), ...small, last))).cache_read_input_tokens / 1000);
  };
  expect([after(19), after(20)]).toEqual([2, 0]);
});

test('an image counts by its size on the screen, not by its bytes', () => {
  const source = { type: 'base64' as const, media_type: 'image/png' as const, data: 'A'.repeat(1_000_000) };
  const { input_tokens } = new PromptCache().count(request(user({ type: 'image', source })));
  expect(input_tokens).toBeLessThan(2000);
  expect(tokensOf('x'.repeat(398))).toBe(100);
});
