// What an answer costs. Source: platform.claude.com/docs/en/about-claude/pricing, "Model pricing", as of November 2026,
// with the changes since October: Sonnet 5.5 reads its cache at half the price, Haiku 5.5, Fable 5.2.
import { familyOf } from './family.js';
import type { Usage } from './types.js';

/** US dollars for a million tokens. Caches are written for five minutes: the only kind we ask for. */
type Price = Record<keyof Usage, number>;

const price = (input: number, output: number, cacheWrite: number, cacheRead: number): Price => ({
  input,
  output,
  cacheWrite,
  cacheRead,
});

const fable5 = price(10, 50, 12.5, 1);
const fable51 = price(10, 50, 12.5, 0.25);
const opus5 = price(5, 25, 6.25, 0.5);
const opus4 = price(15, 75, 18.75, 1.5);
const sonnet4 = price(3, 15, 3.75, 0.3);

const prices: Record<string, Price> = {
  'fable-5.2': price(8, 40, 10, 0.2),
  'fable-5.1': fable51,
  'mythos-5.1': fable51,
  'fable-5': fable5,
  'mythos-5': fable5,
  'opus-5.5': price(4, 20, 5, 0.2),
  'opus-5': opus5,
  'opus-4.8': opus5,
  'opus-4.7': opus5,
  'opus-4.6': opus5,
  'opus-4.5': opus5,
  'opus-4.1': opus4,
  'opus-4': opus4,
  'opus-3': opus4,
  'sonnet-5.5': price(2, 10, 2.5, 0.1),
  'sonnet-5': price(2, 10, 2.5, 0.2),
  'sonnet-4.6': sonnet4,
  'sonnet-4.5': sonnet4,
  'sonnet-4': sonnet4,
  'sonnet-3.7': sonnet4,
  'sonnet-3.5': sonnet4,
  'haiku-5.5': price(0.1, 0.5, 0.125, 0.01),
  'haiku-4.5': price(1, 5, 1.25, 0.1),
  'haiku-3.5': price(0.8, 4, 1, 0.08),
  'haiku-3': price(0.25, 1.25, 0.3, 0.03),
};

/** Haiku 5.5 costs more, for the whole request, once its prompt is longer than this many tokens. */
const longPrompt = { over: 100_000, price: price(0.5, 2.5, 0.625, 0.05) };

/** US dollars at the list price; null where the model's price is not known. */
export function costOf(model: string, usage: Usage): number | null {
  const family = familyOf(model) ?? '';
  const prompt = usage.input + usage.cacheRead + usage.cacheWrite;
  const rates = family === 'haiku-5.5' && prompt > longPrompt.over ? longPrompt.price : prices[family];
  if (!rates) return null;
  const { input, output, cacheRead, cacheWrite } = usage;
  const total =
    input * rates.input + output * rates.output + cacheRead * rates.cacheRead + cacheWrite * rates.cacheWrite;
  return total / 1_000_000;
}
