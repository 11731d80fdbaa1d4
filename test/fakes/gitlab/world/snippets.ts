import type { Input } from './input.js';
import { anybody, type User } from './people.js';
import type { Project, Visibility } from './places.js';
import type { World } from './world.js';

export interface Snippet {
  readonly kind: 'snippet';
  id: number;
  project: Project | undefined;
  title: string;
  description: string | null;
  visibility: Visibility;
  author: User;
  files: Record<string, string>;
  createdAt: Date;
  updatedAt: Date;
}

export type SnippetInput = Input<Snippet>;

export function newSnippet(world: World, input: SnippetInput): Snippet {
  const now = world.now();
  const id = world.ids.next('snippet');
  return {
    kind: 'snippet',
    id,
    project: undefined,
    title: `Snippet ${id}`,
    description: null,
    visibility: 'private',
    author: anybody(world, input.project),
    files: { 'snippet.txt': 'Text\n' },
    createdAt: now,
    updatedAt: now,
    ...input,
  };
}
