// What is known of the models besides their prices. Source: the overview pages of each model on platform.claude.com
// ("Context window", "Max output", "Thinking"), November 2026.
import { familyOf } from './family.js';

interface Abilities {
  /** Tokens that the model takes in. */
  window: number;
  /** Tokens of one answer, thinking included. */
  output: number;
  /** `adaptive`: the model decides how much it thinks, a budget is refused. */
  thinking: 'adaptive' | 'budget' | 'none';
}

const current: Abilities = { window: 1_000_000, output: 128_000, thinking: 'adaptive' };
const of4: Abilities = { window: 200_000, output: 64_000, thinking: 'budget' };
const of3: Abilities = { window: 200_000, output: 8_192, thinking: 'none' };

const known: Record<string, Abilities> = {
  'fable-5': current,
  'fable-5.1': current,
  'fable-5.2': current,
  'mythos-5': current,
  'mythos-5.1': current,
  'mythos-5.2': current,
  'opus-5.5': current,
  'opus-5': current,
  'opus-4.8': current,
  'opus-4.7': current,
  'opus-4.6': current,
  'opus-4.5': of4,
  'opus-4.1': { ...of4, output: 32_000 },
  'opus-4': { ...of4, output: 32_000 },
  'opus-3': { ...of3, output: 4_096 },
  'sonnet-5.5': current,
  'sonnet-5': current,
  'sonnet-4.6': { ...current, output: 64_000 },
  'sonnet-4.5': of4,
  'sonnet-4': of4,
  'sonnet-3.7': of4,
  'sonnet-3.5': of3,
  'haiku-5.5': current,
  'haiku-4.5': of4,
  'haiku-3.5': of3,
  'haiku-3': { ...of3, output: 4_096 },
};

/** Undefined for a model that is not known. */
export function abilitiesOf(model: string): Abilities | undefined {
  return known[familyOf(model) ?? ''];
}

/** Tokens that the model takes in; undefined for a model that is not known. */
export function contextWindow(model: string): number | undefined {
  return abilitiesOf(model)?.window;
}
