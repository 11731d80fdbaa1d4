// `cofferdam mcp sandbox`: the keeper of one session's sandbox, for the agent.
import { resolve } from 'node:path';
import { createSandboxServer } from '@cofferdam/mcp-servers';
import { stateHome } from '../home.js';
import { usage } from './command.js';
import type { Serve } from './mcp-http.js';

/** Throws AgentError `usage`. */
export async function serveKeeper({ checkpoints }: { checkpoints?: string | undefined }, serve: Serve): Promise<void> {
  if (checkpoints === undefined) throw usage('sandbox needs --checkpoints DIR.');
  const options = { home: stateHome(), checkpoints: resolve(checkpoints) };
  await serve(() => createSandboxServer(options));
}
