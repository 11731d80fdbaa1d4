import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { createServer } from '../kit/index.js';
import { addTool } from './add.js';
import { blameTool } from './blame.js';
import { branchesTool, createBranchTool, switchTool } from './branches.js';
import { commitTool } from './commit.js';
import { diffTool } from './diff.js';
import { logTool } from './log.js';
import { type GitServerOptions, repositoryOpener } from './repository.js';
import { restoreTool } from './restore.js';
import { showTool } from './show.js';
import { statusTool } from './status.js';

/** Git on the repository of one folder. Nothing that the repository configures is run, and nothing is fetched. */
export function createGitServer(options: GitServerOptions): Server {
  const open = repositoryOpener(options);
  return createServer({
    name: 'git',
    version: '0.1.0',
    instructions:
      'The history and the pending changes of one Git repository. Paths are relative to its top folder. Hooks, filters and signing are off, and there is no network: no fetch, no push.',
    tools: [
      statusTool,
      diffTool,
      logTool,
      showTool,
      blameTool,
      branchesTool,
      createBranchTool,
      switchTool,
      addTool,
      commitTool,
      restoreTool,
    ].map((tool) => tool(open)),
  });
}
