import { ancestors } from '../world/places.js';
import type { Group, Label, Place, Project } from '../world/types.js';
import type { World } from '../world/world.js';

/** `LabelBasic`: for `with_labels_details=true`. */
export function labelBasic(label: Label) {
  return {
    id: label.id,
    name: label.name,
    description: label.description,
    description_html: label.description ?? '',
    text_color: '#FFFFFF',
    color: label.color,
    archived: false,
  };
}

/** In alphabetical order, as GitLab lists them. */
export const labelNames = (labels: readonly Label[]): string[] => labels.map(({ name }) => name).sort();

/** `ProjectLabel` or `GroupLabel`, as it is seen from a project or group; `counts` of what is open with it. */
export function labelEntity(world: World, label: Label, seenFrom: Place, { counts = false } = {}) {
  const inside = (project: Project) => project === seenFrom || ancestors(project).includes(seenFrom as Group);
  const issues = counts ? world.issues.filter((one) => inside(one.project) && one.labels.includes(label)) : [];
  const requests = counts ? world.mergeRequests.filter((one) => inside(one.project) && one.labels.includes(label)) : [];
  return {
    ...labelBasic(label),
    ...(counts && {
      open_issues_count: issues.filter(({ state }) => state === 'opened').length,
      closed_issues_count: issues.filter(({ state }) => state === 'closed').length,
      open_merge_requests_count: requests.filter(({ state }) => state === 'opened').length,
    }),
    subscribed: false,
    ...(seenFrom.kind === 'project' && { priority: label.priority, is_project_label: label.owner.kind === 'project' }),
  };
}
