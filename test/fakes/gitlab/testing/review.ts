// One merge request to test with: `fix` into `main` of `acme/shop`, which closes issue 1.
import type { MergeRequest } from '../world/types.js';
import { startWorkplace, type Workplace } from './workplace.js';

export interface Review extends Workplace {
  one: MergeRequest;
  /** Where the project's merge requests are. */
  requests: string;
  /** What `fix` points to. */
  head: string;
}

export async function startReview(): Promise<Review> {
  const at = await startWorkplace();
  const { world } = at.gitlab;
  const { ada: author, project } = at;
  const head = world.commit(project, { branch: 'fix', files: { 'src/total.js': 'export const total = () => 0;\n' } });
  const one = world.addMergeRequest({
    project,
    author,
    sourceBranch: 'fix',
    title: 'Mend the total',
    description: 'Closes #1',
  });
  return { ...at, one, head, requests: `/projects/${project.id}/merge_requests` };
}
