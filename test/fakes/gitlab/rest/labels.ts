// Labels of projects and groups. A project sees those of the groups above it as well.
import * as z from 'zod';
import { labelEntity } from '../entities/label.js';
import type { Context } from '../http/context.js';
import { p } from '../http/params.js';
import { conflict, invalid, notFound, parameterError } from '../http/reply.js';
import { type Route, route } from '../http/route.js';
import { contains } from '../services/search.js';
import { lineage } from '../world/places.js';
import { access, type Label, type Place } from '../world/types.js';

const listParams = z.object({
  with_counts: p.boolean().default(false),
  include_ancestor_groups: p.boolean().default(true),
  search: p.string().optional(),
});

const createParams = z.object({
  name: p.string(),
  color: p.string(),
  description: p.string().optional(),
  priority: p.integer().nullable().optional(),
});

const updateParams = z.object({
  new_name: p.string().optional(),
  color: p.string().optional(),
  description: p.string().optional(),
  priority: p.integer().nullable().optional(),
});

function labelsOf(kind: 'projects' | 'groups'): Route[] {
  const owner = (context: Context): Place => (kind === 'projects' ? context.project() : context.group());
  const visible = ({ world }: Context, source: Place, inherited = true): Label[] => {
    const sources = inherited ? lineage(source) : [source];
    return world.labels.filter((label) => sources.includes(label.owner));
  };
  const find = (context: Context, source: Place): Label => {
    const name = context.path['name'] ?? '';
    const found = visible(context, source).find((label) => label.name === name || String(label.id) === name);
    if (!found) throw notFound('Label');
    return found;
  };
  return [
    route('GET', `/${kind}/:id/labels`, { params: listParams }, (context) => {
      const source = owner(context);
      const { with_counts, include_ancestor_groups, search = '' } = context.params;
      const found = visible(context, source, include_ancestor_groups)
        .filter(({ name, description }) => contains(search, name, description))
        .sort((a, b) => a.name.localeCompare(b.name, 'en'));
      return context.paginate(found, (label) => labelEntity(context.world, label, source, { counts: with_counts }));
    }),

    route('GET', `/${kind}/:id/labels/:name`, { params: listParams }, (context) => {
      const source = owner(context);
      return labelEntity(context.world, find(context, source), source, { counts: true });
    }),

    route('POST', `/${kind}/:id/labels`, { params: createParams }, (context) => {
      const source = owner(context);
      context.authorize(access.planner, source);
      const { name, color, description = null, priority = null } = context.params;
      if (visible(context, source).some((label) => label.name === name)) throw conflict('Label already exists');
      check(name, color);
      const label = context.world.addLabel(source, name, { color: hex(color), description, priority });
      return labelEntity(context.world, label, source, { counts: true });
    }),

    route('PUT', `/${kind}/:id/labels/:name`, { params: updateParams }, (context) => {
      const source = owner(context);
      context.authorize(access.planner, source);
      const label = find(context, source);
      const { new_name = label.name, color = label.color, description = label.description } = context.params;
      if (Object.keys(context.params).length === 0) {
        throw parameterError(
          `${Object.keys(updateParams.shape).join(', ')} are missing, at least one parameter must be provided`,
        );
      }
      check(new_name, color);
      const { priority = label.priority } = context.params;
      Object.assign(label, { name: new_name, color: hex(color), description, priority });
      return labelEntity(context.world, label, source, { counts: true });
    }),
  ];
}

const NAMED: Record<string, string> = { red: '#ff0000', green: '#008000', blue: '#0000ff', black: '#000000' };

const hex = (color: string): string => NAMED[color.toLowerCase()] ?? color;

function check(name: string, color: string): void {
  const errors = {
    ...((name.trim() === '' || name.includes(',')) && { title: ['is invalid'] }),
    ...(!/^#([0-9a-f]{3}|[0-9a-f]{6})$/i.test(hex(color)) && { color: ['must be a valid color code'] }),
  };
  if (Object.keys(errors).length > 0) throw invalid(errors);
}

export const labels: Route[] = [...labelsOf('projects'), ...labelsOf('groups')];
