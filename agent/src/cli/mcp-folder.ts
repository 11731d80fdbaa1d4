// `cofferdam mcp files|git --root DIR`: on a folder of this machine.
import { createFilesServer, createGitServer } from '@cofferdam/mcp-servers';
import { existingFolder, usage } from './command.js';
import type { Serve } from './mcp-http.js';

/** Throws AgentError `usage`. */
export async function serveFolder(name: 'files' | 'git', root: string | undefined, serve: Serve): Promise<void> {
  if (root === undefined) throw usage(`${name} needs --root DIR or --sandbox ID.`);
  const options = { root: await existingFolder(root) };
  await serve(() => (name === 'files' ? createFilesServer : createGitServer)(options));
}
