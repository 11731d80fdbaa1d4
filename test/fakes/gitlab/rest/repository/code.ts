// What every endpoint about code begins with.
import type { Repository } from '../../git/repository.js';
import type { Context } from '../../http/context.js';
import { forbidden, notFound } from '../../http/reply.js';
import { mayReadCode } from '../../world/access.js';
import type { Project } from '../../world/types.js';

/** The project, whose code the user may read. Throws 404 for the project and 403 for the code. */
export function codeOf(context: Context): Project {
  const project = context.project();
  if (!mayReadCode(context.world, context.user, project)) throw forbidden();
  return project;
}

/** The same with its repository. Throws `404 <what> Not Found` as long as nothing was pushed. */
export function repositoryOf(context: Context, what: string): { project: Project; repository: Repository } {
  const project = codeOf(context);
  if (!project.repository) throw notFound(what);
  return { project, repository: project.repository };
}

/** `HEAD`, nothing and the empty string stand for the default branch. */
export const refOr = ({ defaultBranch }: Project, ref: string | undefined): string =>
  ref === undefined || ref === '' || ref === 'HEAD' ? defaultBranch : ref;
