import type { Input } from './input.js';
import { anybody, type User } from './people.js';
import type { Project } from './places.js';
import type { Milestone } from './planning.js';
import type { World } from './world.js';

export interface Release {
  project: Project;
  tagName: string;
  name: string;
  description: string;
  author: User;
  milestones: Milestone[];
  links: { id: number; name: string; url: string; linkType: 'other' | 'runbook' | 'image' | 'package' }[];
  createdAt: Date;
  releasedAt: Date;
}

export type ReleaseInput = Input<Release, 'project' | 'tagName'>;

export function newRelease(world: World, input: ReleaseInput): Release {
  const now = world.now();
  return {
    name: input.tagName,
    description: '',
    author: anybody(world, input.project),
    milestones: [],
    links: [],
    createdAt: now,
    releasedAt: now,
    ...input,
  };
}
