// How fields are found: by the name of their type; what is not here is a property of the same name.
import { defaultFieldResolver, type GraphQLFieldResolver } from 'graphql';
import type { Resolving } from '../context.js';
import { mutation } from './mutation.js';
import { notes } from './notes.js';
import { people } from './people.js';
import { places } from './places.js';
import { query } from './query.js';
import { widgets } from './widgets.js';
import { workItems } from './work-items.js';

type Resolver = (source: never, args: never, on: Resolving) => unknown;

const resolvers: Record<string, Record<string, Resolver>> = {
  ...mutation,
  ...notes,
  ...people,
  ...places,
  ...query,
  ...widgets,
  ...workItems,
};

export const resolveField: GraphQLFieldResolver<unknown, Resolving> = (source, args, on, info) => {
  const resolver = resolvers[info.parentType.name]?.[info.fieldName];
  return resolver ? resolver(source as never, args as never, on) : defaultFieldResolver(source, args, on, info);
};
