// What a session has cost so far, on one line: always in sight at the end of a turn.
import type { Totals } from '../session/index.js';
import { short } from './text.js';

export type Spent = Pick<
  Totals,
  'turns' | 'input' | 'output' | 'cacheRead' | 'cacheWrite' | 'cost' | 'context' | 'hitRate'
>;

export interface StatusFacts {
  /** Tokens that fit into the model's context; undefined where that is not known. */
  window: number | undefined;
  seconds: number;
}

/** `4 turns · 12.3k tokens in (80% cached) · 1.2k out · $0.12 · context 6% · 34 s` */
export function statusLine(spent: Spent, { window, seconds }: StatusFacts): string {
  const { turns, input, output, cacheRead, cacheWrite, cost, context, hitRate } = spent;
  return [
    `${turns} ${turns === 1 ? 'turn' : 'turns'}`,
    `${short(input + cacheRead + cacheWrite)} tokens in (${percent(hitRate)} cached)`,
    `${short(output)} out`,
    price(cost),
    window ? `context ${percent(context / window)}` : undefined,
    duration(seconds),
  ]
    .filter((part) => part !== undefined)
    .join(' · ');
}

/** US dollars, to the cent; a little is not nothing. */
export function price(cost: number | null): string {
  if (cost === null) return 'price unknown';
  if (cost > 0 && cost < 0.01) return '<$0.01';
  return `$${cost.toFixed(2)}`;
}

const percent = (share: number): string => `${Math.round(100 * share)}%`;

function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
