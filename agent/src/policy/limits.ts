// How long a run may go on.
import type { Layer } from './document.js';

export interface Limits {
  /** Answers of the model. */
  turns: number;
  /** In and out, without those read from the cache. */
  tokens: number;
  minutes: number;
  /** US dollars, over the whole session. */
  money?: number | undefined;
}

/** About four hours of a model's work; a task that needs more is better split. */
const defaultLimits: Limits = { turns: 200, tokens: 5_000_000, minutes: 240 };

/** The user's own take the place of the defaults; the other layers only lower them. */
export function effectiveLimits(layers: readonly Layer[]): Limits {
  const effective: Limits = { ...defaultLimits };
  for (const name of ['turns', 'tokens', 'minutes', 'money'] as const) {
    const user = layers.find(({ layer }) => layer === 'user')?.content.limits?.[name];
    const others = layers.flatMap(({ layer, content }) => (layer === 'user' ? [] : (content.limits?.[name] ?? [])));
    const lowest = Math.min(user ?? defaultLimits[name] ?? Number.POSITIVE_INFINITY, ...others);
    if (Number.isFinite(lowest)) effective[name] = lowest;
  }
  return effective;
}
