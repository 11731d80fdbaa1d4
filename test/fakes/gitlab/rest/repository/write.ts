// Commits made through the API: the rules for the branch they go to.
import type { Context } from '../../http/context.js';
import { forbidden, renderError } from '../../http/reply.js';
import { mayPush } from '../../world/access.js';
import type { Project } from '../../world/types.js';
import { isRefName } from './branches.js';
import { type Action, changesOf } from './changes.js';

export interface Write {
  branch: string;
  commit_message: string;
  actions: readonly Action[];
  start_branch?: string | undefined;
  start_sha?: string | undefined;
  author_email?: string | undefined;
  author_name?: string | undefined;
  force?: boolean | undefined;
}

/** Makes the commit and returns its hash. Throws a 403 for a branch one may not push to and a 400 for all else. */
export function writeCommit(context: Context, project: Project, write: Write): string {
  if (!mayPush(context.world, context.user, project, write.branch)) {
    throw forbidden('You are not allowed to push into this branch');
  }
  const from = startOf(project, write);
  const user = context.currentUser;
  const repository = context.world.repositoryOf(project);
  const at = context.world.now();
  const sha = repository.commit({
    branch: write.branch,
    message: write.commit_message,
    changes: changesOf(repository, from, write.actions),
    author: { name: write.author_name ?? user.name, email: write.author_email ?? user.email, at },
    committer: { name: user.name, email: user.email, at },
    ...(from !== undefined && { from }),
  });
  context.world.pushed(project, write.branch);
  return sha;
}

/** The commit that the new one is made on; undefined for the first one of all. */
function startOf({ repository }: Project, write: Write): string | undefined {
  const { branch, start_branch = branch, start_sha, force } = write;
  if (!repository || repository.branches().length === 0) return undefined;
  const exists = repository.hasBranch(branch);
  const from = repository.resolve(start_sha ?? `refs/heads/${start_branch}`);
  if (!from) throw renderError(400, 'You can only create or edit files when you are on a branch');
  if (!exists && !isRefName(branch)) {
    throw renderError(400, `Something went wrong when we tried to create '${branch}' for you: Branch name is invalid`);
  }
  if (exists && !force && (start_sha !== undefined || start_branch !== branch)) {
    const words = `A branch called '${branch}' already exists. Switch to that branch in order to make changes`;
    throw renderError(400, words);
  }
  return from;
}
