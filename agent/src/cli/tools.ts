import { createCommandsServer, createFilesServer, createGitServer } from '@cofferdam/mcp-servers';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { ToolAnnotations } from '@modelcontextprotocol/sdk/types.js';
import { type Command, exitCode, parse, printJson } from './command.js';

export const command: Command = {
  help: `Usage: cofferdam tools [--json]

Every tool with its server and what its server says about it: whether it only reads, may destroy, may be repeated
without further effect, and reaches beyond the sandbox.`,

  async run(argv) {
    const { values } = parse(argv, { json: { type: 'boolean' } });
    for (const [server, create] of Object.entries(servers)) {
      for (const { name, title, description, annotations } of await listTools(create())) {
        if (values.json) printJson({ server, name, title, description, annotations });
        else process.stdout.write(`${`${server}__${name}`.padEnd(32)}${traits(annotations ?? {})}\n`);
      }
    }
    return exitCode.done;
  },
};

const servers: Record<string, () => Server> = {
  files: () => createFilesServer({ root: process.cwd() }),
  git: () => createGitServer({ root: process.cwd() }),
  commands: () =>
    createCommandsServer({
      workspace: '/',
      runner: {
        exec() {
          throw new Error('The tools are only listed here.');
        },
      },
    }),
};

async function listTools(server: Server) {
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'cofferdam', version: '0.1.0' });
  await Promise.all([server.connect(theirs), client.connect(ours)]);
  try {
    return (await client.listTools()).tools;
  } finally {
    await client.close();
  }
}

function traits(annotations: ToolAnnotations): string {
  const what = annotations.readOnlyHint ? 'reads' : annotations.destructiveHint ? 'may destroy' : 'writes';
  return annotations.openWorldHint ? `${what}, reaches beyond the sandbox` : what;
}
