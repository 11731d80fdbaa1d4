// `cofferdam mcp files|git|commands`: on a folder of this machine, or in a sandbox.
import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createCommandsServer, createFilesServer, createGitServer } from '@cofferdam/mcp-servers';
import { attachSandbox, openSandbox, WORKSPACE } from '@cofferdam/sandbox';
import { stateHome } from '../home.js';
import { existingFolder, usage } from './command.js';
import type { Serve } from './mcp-http.js';
import { ignorePrematureClose } from './mcp-serve.js';

type Name = 'files' | 'git' | 'commands';

export interface WorkspaceValues {
  root?: string | undefined;
  sandbox?: string | undefined;
  workspace?: string | undefined;
  image?: string | undefined;
  http?: string | undefined;
}

/** Throws AgentError `usage`. */
export async function serveWorkspace(name: Name, values: WorkspaceValues, serve: Serve): Promise<void> {
  const { root, sandbox, workspace, image, http } = values;
  if (sandbox !== undefined && name !== 'commands' && http !== undefined) {
    throw usage(`${name} --sandbox is served over stdio only.`);
  }
  if (sandbox !== undefined) await serveSandbox(name, sandbox, serve);
  else if (name === 'commands') await serveOwnSandbox(resolve(workspace ?? '.'), image, serve);
  else if (root === undefined) throw usage(`${name} needs --root DIR or --sandbox ID.`);
  else {
    const options = { root: await existingFolder(root) };
    await serve(() => (name === 'files' ? createFilesServer : createGitServer)(options));
  }
}

async function serveSandbox(name: Name, id: string, serve: Serve): Promise<void> {
  const sandbox = await attachSandbox(id, { home: stateHome() });
  try {
    if (name === 'commands') await serve(() => createCommandsServer({ runner: sandbox, workspace: WORKSPACE }));
    else await relay(await sandbox.serve(name));
  } finally {
    await sandbox.detach();
  }
}

async function serveOwnSandbox(workspace: string, image: string | undefined, serve: Serve): Promise<void> {
  const onProgress = (message: string) => process.stderr.write(`${message}\n`);
  const home = stateHome();
  const sandbox = await openSandbox({ workspace, home, onProgress, onWarning: onProgress, ...(image && { image }) });
  try {
    await serve(() => createCommandsServer({ runner: sandbox, workspace: WORKSPACE }));
  } finally {
    await sandbox.close();
  }
}

async function relay(remote: NodeJS.ReadWriteStream): Promise<void> {
  const upward = pipeline(process.stdin, remote).catch(ignorePrematureClose);
  await pipeline(remote, process.stdout, { end: false });
  process.stdin.destroy();
  await upward;
}
