// create_branch and create_commit
import * as z from 'zod';
import { ToolError } from '../../kit/index.js';
import { GitLabError } from '../client/errors.js';
import { flag, text } from '../toolkit/fields.js';
import { gitlabTool } from '../toolkit/tool.js';
import { commitLine, commitView } from './views.js';

export const createBranch = gitlabTool({
  name: 'create_branch',
  title: 'Create branch',
  description: 'A new branch at `ref`: a branch, tag or commit.',
  effect: 'add',
  endpoints: ['POST /projects/:id/repository/branches'],
  input: z.strictObject({ branch: z.string().min(1), ref: z.string().min(1), project: z.string().optional() }),
  output: z.looseObject({ name: z.string() }),
  async run({ project, ...body }, call) {
    const id = await call.project(project);
    const view = z.object({ name: z.string(), commit: commitLine, protected: flag, web_url: text });
    const data = await call.post('POST /projects/:id/repository/branches', { params: { id }, body }, view);
    return { about: `new branch of ${id.id}`, data };
  },
});

const action = z.strictObject({
  action: z.enum(['create', 'update', 'delete', 'move', 'chmod']),
  file_path: z.string().min(1),
  previous_path: z.string().optional(),
  content: z.string().optional(),
  encoding: z.enum(['text', 'base64']).optional(),
  last_commit_id: z.string().optional(),
  execute_filemode: z.boolean().optional(),
});
type Action = z.output<typeof action>;

export const createCommit = gitlabTool({
  name: 'create_commit',
  title: 'Create commit (changes or deletes files)',
  description:
    'One commit of all `actions` on `branch`; with `start_branch`, on a new branch from there. `content` is the whole new file. `last_commit_id` (of get_repository_file) refuses an action if the file changed since.',
  effect: 'change',
  endpoints: ['POST /projects/:id/repository/commits'],
  input: z.strictObject({
    project: z.string().optional(),
    branch: z.string().min(1),
    start_branch: z.string().optional(),
    commit_message: z.string().min(1),
    actions: z.array(action).min(1),
  }),
  output: z.looseObject({ id: z.string(), web_url: z.string().optional() }),
  async run({ project, ...body }, call) {
    body.actions.forEach(check);
    const id = await call.project(project);
    const options = { params: { id }, body };
    const data = await call
      .post('POST /projects/:id/repository/commits', options, commitView('detailed'))
      .catch((error: unknown) => {
        throw explained(error, body.branch);
      });
    return { about: `new commit of ${id.id} on ${body.branch}`, data };
  },
});

const needs: Record<Action['action'], keyof Action | undefined> = {
  create: 'content',
  update: 'content',
  move: 'previous_path',
  chmod: 'execute_filemode',
  delete: undefined,
};

/** Before anything is sent: GitLab would take a missing `content` for an empty file. */
function check(one: Action): void {
  const needed = needs[one.action];
  if (needed === undefined || one[needed] !== undefined) return;
  const problem = `${one.action} of ${JSON.stringify(one.file_path)} lacks \`${needed}\`. Nothing was sent.`;
  throw new ToolError('bad-arguments', problem, `Add \`${needed}\`.`);
}

/** What GitLab says of a commit that it refuses (its app/services/files and commits), and what to do then. */
const remedies: readonly (readonly [said: RegExp, code: string, remedy: string])[] = [
  [
    /changed since you started/i,
    'conflict',
    'Somebody changed the file after `last_commit_id`: read it again with get_repository_file at this branch, make your change to what it holds now, and send its new last_commit_id.',
  ],
  [/name already exists/i, 'invalid', 'Use update for a file that is there, or another path.'],
  [
    /(doesn't|does not) exist/i,
    'invalid',
    'Check the path with list_repository_tree at this branch; use create for a new file.',
  ],
  [/branch called .* already exists/i, 'invalid', 'Leave `start_branch` out to commit to the branch that is there.'],
  [/when you are on a branch/i, 'invalid', 'There is no such branch: give `start_branch` to make it from there.'],
  [
    /not allowed to push|protected/i,
    'forbidden',
    'Commit to a new branch (`branch` with `start_branch`) and open a merge request.',
  ],
];

function explained(error: unknown, branch: string): unknown {
  if (!(error instanceof GitLabError)) return error;
  const found = remedies.find(([said]) => said.test(error.message));
  if (!found) return error;
  const [, code, remedy] = found;
  return new GitLabError(error.status, code, `Nothing was committed to ${branch}. ${error.message}`, remedy);
}
