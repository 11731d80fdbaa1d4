// How far the GitLab tools reach: what the user widens, narrowed by the other layers.
import type { GitLabPolicy } from '@cofferdam/mcp-servers/gitlab';
import type { Layer } from './document.js';

type Section = NonNullable<Layer['content']['gitlab']>;

/** The user's scope, less what another layer does not admit. A layer that says nothing about a thing leaves it alone. */
export function effectiveGitLab(layers: readonly Layer[]): GitLabPolicy {
  const user = layers.find(({ layer }) => layer === 'user')?.content.gitlab ?? {};
  const others = layers.flatMap(({ layer, content }) => (layer === 'user' ? [] : (content.gitlab ?? [])));
  return {
    projects: (user.projects ?? []).filter((project) => others.every((other) => admits(other, project))),
    groups: (user.groups ?? []).filter((group) => others.every((other) => admits(other, group))),
    instance: (user.instance ?? false) && others.every(({ instance }) => instance ?? true),
    quick_actions: (user.quick_actions ?? [])
      .map(actionName)
      .filter((name) =>
        others.every(
          ({ quick_actions }) => quick_actions === undefined || quick_actions.map(actionName).includes(name),
        ),
      ),
  };
}

/** A group admits what lies below it, a project itself. */
function admits({ projects, groups, instance }: Section, path: string): boolean {
  if (instance || (projects === undefined && groups === undefined)) return true;
  const asked = path.toLowerCase();
  const same = [...(projects ?? []), ...(groups ?? [])].some((one) => one.toLowerCase() === asked);
  return same || (groups ?? []).some((group) => asked.startsWith(`${group.toLowerCase()}/`));
}

function actionName(name: string): string {
  return name.replace('/', '').toLowerCase();
}
