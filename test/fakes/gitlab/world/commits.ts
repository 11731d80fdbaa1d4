// Commits to a project's repository.
import type { User } from './people.js';
import type { Project } from './places.js';
import type { World } from './world.js';

export interface CommitFiles {
  /** By path; null deletes one. */
  files: Readonly<Record<string, string | Buffer | null>>;
  message?: string;
  /** Default: the default branch. One that does not exist is made from `from`, by default the default branch. */
  branch?: string;
  from?: string;
  /** Default: the project's creator. */
  author?: User;
}

/** Returns the new commit's hash. */
export function commit(world: World, project: Project, input: CommitFiles): string {
  const repository = world.repositoryOf(project);
  const { branch = project.defaultBranch, author = project.creator } = input;
  const from =
    input.from ?? (repository.resolve(`refs/heads/${branch}`) ? branch : repository.resolve(project.defaultBranch));
  return repository.commit({
    branch,
    message: input.message ?? 'Change files',
    author: { name: author?.name ?? 'Administrator', email: author?.email ?? 'admin@example.com', at: world.now() },
    changes: Object.entries(input.files).map(([path, content]) =>
      content === null ? { kind: 'delete', path } : { kind: 'write', path, content },
    ),
    ...(from !== undefined && { from }),
  });
}
