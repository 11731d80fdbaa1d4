// `cofferdam mcp commands`: in a sandbox that is open, or in one of its own.
import { resolve } from 'node:path';
import { createCommandsServer } from '@cofferdam/mcp-servers';
import { attachSandbox, openSandbox, type Sandbox, WORKSPACE } from '@cofferdam/sandbox';
import { stateHome } from '../home.js';
import type { Serve } from './mcp-http.js';

export interface CommandsValues {
  sandbox?: string | undefined;
  workspace?: string | undefined;
  image?: string | undefined;
}

export async function serveCommands({ sandbox, workspace, image }: CommandsValues, serve: Serve): Promise<void> {
  if (sandbox !== undefined) await serveThere(sandbox, serve);
  else await serveOwn(resolve(workspace ?? '.'), image, serve);
}

async function serveThere(id: string, serve: Serve): Promise<void> {
  const sandbox = await attachSandbox(id, { home: stateHome() });
  try {
    await serveIn(sandbox, serve);
  } finally {
    await sandbox.detach();
  }
}

async function serveOwn(workspace: string, image: string | undefined, serve: Serve): Promise<void> {
  const onProgress = (message: string) => process.stderr.write(`${message}\n`);
  const home = stateHome();
  const sandbox = await openSandbox({ workspace, home, onProgress, onWarning: onProgress, ...(image && { image }) });
  try {
    await serveIn(sandbox, serve);
  } finally {
    await sandbox.close();
  }
}

async function serveIn(runner: Sandbox, serve: Serve): Promise<void> {
  await serve(() => createCommandsServer({ runner, workspace: WORKSPACE }));
}
