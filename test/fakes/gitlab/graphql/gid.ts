// Global ids, `gid://gitlab/WorkItem/12`.
import { GraphQLError } from 'graphql';

export const gid = (model: string, id: number | string): string => `gid://gitlab/${model}/${id}`;

export interface GlobalId {
  model: string;
  id: string;
}

/** Undefined for what has not the form. */
function parseGid(text: string): GlobalId | undefined {
  const [, model, id] = /^gid:\/\/gitlab\/([\w:]+)\/(\w+)$/.exec(text) ?? [];
  return model && id ? { model, id } : undefined;
}

/** Reads one that must stand for one of the models. Throws in GitLab's words. */
export function expectGid(value: unknown, models: readonly string[], type: string): GlobalId {
  const parsed = parseGid(String(value));
  if (!parsed) throw new GraphQLError(`"${value}" is not a valid Global ID`);
  if (!models.includes(parsed.model)) throw new GraphQLError(`"${value}" does not represent an instance of ${type}`);
  return parsed;
}

/** `GlobalId`s whose model has numbers for ids. */
export const numbers = (ids: readonly GlobalId[]): number[] => ids.map(({ id }) => Number(id));
