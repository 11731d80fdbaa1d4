import { resolve } from 'node:path';
import { finished, pipeline } from 'node:stream/promises';
import { createCommandsServer, createFilesServer, createGitServer } from '@cofferdam/mcp-servers';
import { attachSandbox, openSandbox, WORKSPACE } from '@cofferdam/sandbox';
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { stateHome } from '../home.js';
import { type Command, existingFolder, exitCode, oneOf, parse, usage } from './command.js';

export const command: Command = {
  help: `Usage: cofferdam mcp NAME [options]

One tool server over stdio, for any MCP client. It ends when its input does.

  cofferdam mcp files    --root DIR        files below a folder of this machine
  cofferdam mcp git      --root DIR        the Git repository in a folder of this machine
  cofferdam mcp commands --workspace DIR   commands in a sandbox of its own, on a copy of that folder (--image REF)
  cofferdam mcp files|git|commands --sandbox ID    the same in a sandbox that is open`,

  async run(argv) {
    const { values, positionals } = parse(argv, {
      root: { type: 'string' },
      sandbox: { type: 'string' },
      workspace: { type: 'string' },
      image: { type: 'string' },
    });
    if (positionals.length > 1) throw usage('Name one server.');
    const name = oneOf('NAME', positionals[0] ?? '', ['files', 'git', 'commands']);
    // The client ends a server by closing its input. A Ctrl-C meant for the client reaches the whole process group.
    if (!process.stdin.isTTY) process.on('SIGINT', () => {});
    process.on('SIGTERM', () => process.stdin.destroy());
    const { root, sandbox, workspace, image } = values;
    if (sandbox !== undefined) await serveSandbox(name, sandbox);
    else if (name === 'commands') await serveOwnSandbox(resolve(workspace ?? '.'), image);
    else if (root === undefined) throw usage(`${name} needs --root DIR or --sandbox ID.`);
    else await serve((name === 'files' ? createFilesServer : createGitServer)({ root: await existingFolder(root) }));
    return exitCode.done;
  },
};

async function serveSandbox(name: 'files' | 'git' | 'commands', id: string): Promise<void> {
  const sandbox = await attachSandbox(id, { home: stateHome() });
  try {
    if (name === 'commands') await serve(createCommandsServer({ runner: sandbox, workspace: WORKSPACE }));
    else await relay(await sandbox.serve(name));
  } finally {
    await sandbox.detach();
  }
}

async function serveOwnSandbox(workspace: string, image: string | undefined): Promise<void> {
  const onProgress = (message: string) => process.stderr.write(`${message}\n`);
  const home = stateHome();
  const sandbox = await openSandbox({ workspace, home, onProgress, onWarning: onProgress, ...(image && { image }) });
  try {
    await serve(createCommandsServer({ runner: sandbox, workspace: WORKSPACE }));
  } finally {
    await sandbox.close();
  }
}

async function serve(server: Server): Promise<void> {
  await server.connect(new StdioServerTransport());
  await endOf(process.stdin);
  await server.close();
}

async function relay(remote: NodeJS.ReadWriteStream): Promise<void> {
  const upward = pipeline(process.stdin, remote).catch(ignorePrematureClose);
  await pipeline(remote, process.stdout, { end: false });
  process.stdin.destroy();
  await upward;
}

async function endOf(stream: NodeJS.ReadableStream): Promise<void> {
  await finished(stream, { writable: false }).catch(ignorePrematureClose);
}

/** Either side may hang up first: that is how these conversations end. */
function ignorePrematureClose(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
}
