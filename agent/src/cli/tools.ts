import {
  createCommandsServer,
  createFilesServer,
  createGitServer,
  describeGitLabTools,
  familyNames,
} from '@cofferdam/mcp-servers';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { ToolAnnotations } from '@modelcontextprotocol/sdk/types.js';
import { type Command, exitCode, parse, printJson } from './command.js';

export const command: Command = {
  help: `Usage: cofferdam tools [--json]

Every tool with its server, the zone it works in, and what its server says about it: whether it only reads, may destroy,
may be repeated without further effect, and reaches beyond the sandbox. With --json also the exact endpoints that each
GitLab tool may call; calls to any other are refused.`,

  async run(argv) {
    const { values } = parse(argv, { json: { type: 'boolean' } });
    for (const tool of await allTools()) {
      if (values.json) printJson(tool);
      else process.stdout.write(`${`${tool.server}__${tool.name}`.padEnd(48)}${traits(tool.annotations)}\n`);
    }
    return exitCode.done;
  },
};

interface Listed {
  server: string;
  name: string;
  title: string | undefined;
  description: string | undefined;
  annotations: ToolAnnotations;
  /** Where its effects are. */
  zone: string;
  /** `METHOD /path/:param` below the instance's API. */
  endpoints: readonly string[];
}

/** Every tool of ours. */
export async function allTools(): Promise<Listed[]> {
  const workspace = Object.entries(workspaceServers).map(async ([server, { create, zone }]) =>
    (await listTools(create())).map(({ name, title, description, annotations = {} }) => ({
      server,
      name,
      title,
      description,
      annotations: allHints(annotations),
      zone,
      endpoints: [],
    })),
  );
  const gitlab = familyNames.map(async (family) =>
    (await describeGitLabTools([family])).map(({ name, title, description, annotations, reaches = [] }) => ({
      server: `gitlab-${family}`,
      name,
      title,
      description,
      annotations,
      zone: 'GitLab: one instance, one project unless the policy widens it',
      endpoints: reaches,
    })),
  );
  return (await Promise.all([...workspace, ...gitlab])).flat();
}

const workspaceServers: Record<string, { zone: string; create(): Server }> = {
  files: {
    zone: 'tools container: the copy of the workspace, no network',
    create: () => createFilesServer({ root: process.cwd() }),
  },
  git: {
    zone: 'tools container: the copy of the workspace, no network',
    create: () => createGitServer({ root: process.cwd() }),
  },
  commands: {
    zone: 'command container: the copy of the workspace, no network',
    create: () =>
      createCommandsServer({
        workspace: '/',
        runner: {
          exec() {
            throw new Error('The tools are only listed here.');
          },
        },
      }),
  },
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

/** With what a listing leaves out: the protocol's defaults, and what reading implies. */
function allHints({ readOnlyHint = false, ...stated }: ToolAnnotations): ToolAnnotations {
  return {
    readOnlyHint,
    destructiveHint: !readOnlyHint,
    idempotentHint: readOnlyHint,
    openWorldHint: true,
    ...stated,
  };
}

function traits({ readOnlyHint, destructiveHint, openWorldHint }: ToolAnnotations): string {
  const what = readOnlyHint ? 'reads' : destructiveHint ? 'may destroy' : 'writes';
  return openWorldHint ? `${what}, reaches beyond the sandbox` : what;
}
