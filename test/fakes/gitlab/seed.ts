// The world of the demo: a group, a project with a bug in it, and the issue that tells of the bug.
import { access, type Project, type Token, type User } from './world/types.js';
import type { World } from './world/world.js';

export interface Demo {
  ada: User;
  project: Project;
  /** Of a bot that may work on the project. */
  token: Token;
}

export function seedDemo(world: World): Demo {
  const ada = world.addUser({ username: 'ada', name: 'Ada Byron' });
  const group = world.addGroup({ path: 'acme', name: 'Acme' });
  world.addMember(group, ada, access.owner);
  const project = world.addProject({ path: 'acme/split-bill', creator: ada });
  const token = world.addToken({ kind: 'project', for: project, name: 'agent' });
  return { ada, project, token };
}
