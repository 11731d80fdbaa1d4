// `labelCreate`.
import { GraphQLError } from 'graphql';
import { levelOf } from '../../world/access.js';
import { access } from '../../world/types.js';
import { findPlace, notAvailable, type Resolving } from '../context.js';

export interface LabelInput {
  clientMutationId?: string;
  color?: string;
  description?: string;
  groupPath?: string;
  projectPath?: string;
  title: string;
}

export function labelCreate(input: LabelInput, on: Resolving) {
  const { title, color = '#6699cc', description = null, groupPath, projectPath } = input;
  const path = groupPath ?? projectPath;
  if (path === undefined || (groupPath !== undefined && projectPath !== undefined)) {
    throw new GraphQLError('Exactly one of group_path or project_path arguments is required');
  }
  const { world, user } = on;
  const place = findPlace(on, path);
  const kind = groupPath === undefined ? 'project' : 'group';
  if (place?.kind !== kind || levelOf(world, user, place) < access.planner) throw notAvailable();
  const taken = world.labels.some(({ owner, name }) => owner === place && name === title);
  const errors = [
    ...(taken ? ['Title has already been taken'] : []),
    ...(title.trim() === '' ? ["Title can't be blank"] : []),
    ...(/^#([0-9a-f]{3}|[0-9a-f]{6})$/i.test(color) ? [] : ['Color must be a valid color code']),
  ];
  const label = errors.length > 0 ? undefined : world.addLabel(place, title, { color, description });
  return { errors, label };
}
