import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createCommandsServer, createFilesServer, createGitServer } from '@cofferdam/mcp-servers';
import { attachSandbox, openSandbox, WORKSPACE } from '@cofferdam/sandbox';
import { stateHome } from '../home.js';
import { type Command, existingFolder, exitCode, oneOf, parse, usage } from './command.js';
import { httpHelp, httpOptions, ignorePrematureClose, type Serve, serveOver } from './mcp-serve.js';

export const command: Command = {
  help: `Usage: cofferdam mcp NAME [options]

One tool server over stdio, for any MCP client. It ends when its input does.

  cofferdam mcp files    --root DIR        files below a folder of this machine
  cofferdam mcp git      --root DIR        the Git repository in a folder of this machine
  cofferdam mcp commands --workspace DIR   commands in a sandbox of its own, on a copy of that folder (--image REF)
  cofferdam mcp files|git|commands --sandbox ID    the same in a sandbox that is open

${httpHelp}`,

  async run(argv) {
    const { values, positionals } = parse(argv, {
      root: { type: 'string' },
      sandbox: { type: 'string' },
      workspace: { type: 'string' },
      image: { type: 'string' },
      ...httpOptions,
    });
    if (positionals.length > 1) throw usage('Name one server.');
    const name = oneOf('NAME', positionals[0] ?? '', ['files', 'git', 'commands']);
    const { root, sandbox, workspace, image, http } = values;
    if (sandbox !== undefined && name !== 'commands' && http !== undefined) {
      throw usage(`${name} --sandbox is served over stdio only.`);
    }
    const serve = serveOver(values);
    if (sandbox !== undefined) await serveSandbox(name, sandbox, serve);
    else if (name === 'commands') await serveOwnSandbox(resolve(workspace ?? '.'), image, serve);
    else if (root === undefined) throw usage(`${name} needs --root DIR or --sandbox ID.`);
    else {
      const options = { root: await existingFolder(root) };
      await serve(() => (name === 'files' ? createFilesServer : createGitServer)(options));
    }
    return exitCode.done;
  },
};

async function serveSandbox(name: 'files' | 'git' | 'commands', id: string, serve: Serve): Promise<void> {
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
