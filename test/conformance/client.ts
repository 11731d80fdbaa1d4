// The client that the suite's client scenarios drive: our own way to a third-party server, from mcp.json to the call of
// each of its tools. The suite passes the server's URL; a browser is played that agrees to every login.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { openToolbox, type ToolInfo } from '../../agent/src/mcp/index.js';
import { thirdPartyServers } from '../../agent/src/mcp/third-party/index.js';

const contextSchema = z.object({
  client_id: z.string().optional(),
  client_secret: z.string().optional(),
  private_key_pem: z.string().optional(),
  signing_algorithm: z.string().optional(),
});

const scenario = process.env['MCP_CONFORMANCE_SCENARIO'] ?? '';
const context = contextSchema.parse(JSON.parse(process.env['MCP_CONFORMANCE_CONTEXT'] ?? '{}'));
const url = process.argv.at(-1);

/** What a user would write into mcp.json for the server of this scenario. */
function oauthSettings(): Record<string, unknown> {
  const { client_id: clientId, client_secret: clientSecret, private_key_pem: privateKey } = context;
  if (scenario === 'auth/basic-cimd') return { clientId: 'https://conformance-test.local/client-metadata.json' };
  const isMachine = scenario.startsWith('auth/client-credentials-');
  return {
    clientId,
    clientSecret,
    privateKey,
    algorithm: context.signing_algorithm,
    ...(isMachine && { grant: 'client_credentials' }),
  };
}

function argumentsFor({ inputSchema }: ToolInfo): Record<string, unknown> {
  const required = z.array(z.string()).parse(inputSchema['required'] ?? []);
  return Object.fromEntries(required.map((name, index) => [name, index + 1]));
}

async function main(home: string): Promise<boolean> {
  const entry = { type: 'http', url, oauth: oauthSettings() };
  writeFileSync(join(home, 'mcp.json'), JSON.stringify({ mcpServers: { conformance: entry } }));
  const { signal } = new AbortController();
  const problems: string[] = [];
  const { servers, notices } = await thirdPartyServers({
    home,
    workspace: home,
    sandbox: '',
    carry: () => {
      throw new Error('The suite has no programs.');
    },
    policyServers: {},
    ask: async () => ({ allowed: true }),
    onNotice: (text) => problems.push(text),
    openUrl: async (page) => void (await fetch(page)),
    env: {},
    signal,
  });
  const toolbox = await openToolbox(servers, signal, (text) => problems.push(text));
  for (const tool of toolbox.tools) {
    const outcome = await toolbox.call(tool.name, argumentsFor(tool), { id: 'call', signal, onOutput() {} });
    if (outcome.isError) problems.push(JSON.stringify(outcome.content));
  }
  await toolbox.close();
  for (const problem of [...notices, ...problems]) process.stderr.write(`${problem}\n`);
  return notices.length + problems.length === 0;
}

const home = mkdtempSync(join(tmpdir(), 'cofferdam-conformance-client-'));
process.exitCode = (await main(home).finally(() => rmSync(home, { recursive: true }))) ? 0 : 1;
