// Which models may be used.
import { AgentError } from '../errors.js';
import type { Layer } from './document.js';
import { matchesWildcard, parseWildcard } from './wildcard.js';

export interface ModelChoice {
  /** The model where none is asked for: the user's, else the repository's, else the organisation's choice. */
  default: string;
  /** Throws AgentError `usage` for a model that a layer's list does not hold. */
  check(name: string): void;
}

export function modelChoice(layers: readonly Layer[], fallback: string): ModelChoice {
  const objection = (name: string) =>
    layers.find(
      ({ content: { model } }) => model?.allow && !model.allow.some((one) => matchesWildcard(parseWildcard(one), name)),
    );
  const wished = ['user', 'repository', 'organisation'].flatMap((wanted) =>
    layers.flatMap(({ layer, content }) => (layer === wanted ? (content.model?.default ?? []) : [])),
  );
  return {
    default: wished.find((name) => !objection(name)) ?? wished[0] ?? fallback,
    check(name) {
      const layer = objection(name);
      if (!layer) return;
      const allowed = layer.content.model?.allow?.join(', ') || 'none';
      const where = `${layer.file}:${layer.lineOf('model', 'allow')}`;
      throw new AgentError(
        'usage',
        `The policy does not allow the model ${name} (${where}).`,
        `Use one of: ${allowed}.`,
      );
    },
  };
}
