// An honest subset of GitLab's own schema: names, arguments and nullability as its reference documents them.
import { buildSchema, GraphQLError, GraphQLScalarType, type GraphQLSchema, Kind } from 'graphql';
import { expectGid } from './gid.js';
import { core } from './sdl/core.js';
import { notes } from './sdl/notes.js';
import { operations } from './sdl/operations.js';
import { places } from './sdl/places.js';
import { widgets } from './sdl/widgets.js';
import { workItems } from './sdl/work-items.js';

export const schema: GraphQLSchema = buildSchema([core, places, workItems, widgets, notes, operations].join('\n'));

/** The models whose ids a scalar takes, first the one it is named for. */
const MODELS: Record<string, readonly [string, ...string[]]> = {
  DiscussionID: ['Discussion', 'IndividualNoteDiscussion', 'DiffDiscussion'],
  LabelID: ['Label', 'GroupLabel', 'ProjectLabel'],
  MilestoneID: ['Milestone'],
  NoteID: ['Note', 'DiscussionNote', 'DiffNote'],
  NoteableID: ['Noteable', 'WorkItem', 'Issue', 'Epic'],
  UserID: ['User'],
  WorkItemID: ['WorkItem'],
  WorkItemsTypeID: ['WorkItems::Type'],
};

for (const [name, models] of Object.entries(MODELS)) {
  define(name, (value) => expectGid(value, models, models[0]));
}

define('Color', (value) => {
  if (/^#([0-9a-f]{3}|[0-9a-f]{6})$/i.test(String(value))) return value;
  throw new GraphQLError(`'${value}' is not a color`);
});

define('Date', (value) => {
  if (/^\d{4}-\d{2}-\d{2}$/.test(String(value)) && !Number.isNaN(Date.parse(String(value)))) return value;
  throw new GraphQLError(`"${value}" is not a date`);
});

define(
  'Time',
  (value) => {
    const time = new Date(String(value));
    if (Number.isNaN(time.getTime())) throw new GraphQLError(`"${value}" is not a time`);
    return time;
  },
  // To the second, as GitLab's GraphQL has it.
  (value) => (value instanceof Date ? `${value.toISOString().slice(0, 19)}Z` : value),
);

function define(name: string, parse: (value: unknown) => unknown, serialize?: (value: unknown) => unknown): void {
  const scalar = schema.getType(name);
  if (!(scalar instanceof GraphQLScalarType)) throw new Error(`no scalar ${name}`);
  scalar.parseValue = parse;
  scalar.parseLiteral = (node) => {
    if (node.kind === Kind.STRING) return parse(node.value);
    throw new GraphQLError(`${name} cannot represent a value that is not a string`);
  };
  if (serialize) scalar.serialize = serialize;
}
