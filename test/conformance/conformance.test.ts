// The server half of the MCP conformance suite against our servers over HTTP.
import { createServer, serveHttp } from '@cofferdam/mcp-servers';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGitLab } from '../fakes/gitlab/index.js';
import { installPrograms, type Programs } from '../support/node24.js';
import { startServing } from '../support/serving.js';
import { temporaryFolder } from '../support/workspaces.js';
import { bearing } from './proxy.js';
import { type Report, runSuite, scenariosFor } from './run.js';
import { asUsersStartIt, mayWarn, notApplicable, withItsTools } from './scenarios.js';
import { tools } from './tools.js';

const token = 'conformance';
let programs: Programs;

beforeAll(async () => {
  programs = await installPrograms();
}, 300_000);

test('every scenario is run, or does not apply for a reason', async () => {
  const known = [...withItsTools, ...Object.keys(notApplicable)];
  expect((await scenariosFor('server', programs)).sort()).toEqual(known.sort());
});

describe('a server with the tools of the suite', () => {
  const server = servedDuringTests(() =>
    serveHttp({
      createServer: () => createServer({ name: 'conformance', version: '1', instructions: 'For the suite.', tools }),
      port: 0,
      token,
      maxSessions: 100, // the suite begins one for each scenario, and ends none
      onError: () => {}, // the suite provokes them
    }),
  );

  test.each(withItsTools)('%s', (scenario) => expectPassed(server.report, scenario));

  test.each(Object.keys(notApplicable))('%s does not apply, and indeed fails', (scenario) => {
    const checks = server.report.checks.get(scenario) ?? [];
    expect(checks.map(({ status }) => status)).toContain('FAILURE');
  });

  test('declares nothing of what does not apply', async () => {
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(new StreamableHTTPClientTransport(new URL(server.url)) as Transport);
    expect(client.getServerCapabilities()).toEqual({ tools: {}, logging: {} });
    await client.close();
  });
});

describe.each([
  ['files', () => startServing(['files', '--root', import.meta.dirname], { COFFERDAM_HTTP_TOKEN: token })],
  ['gitlab', startGitLabServer],
])('cofferdam mcp %s --http', (_, start) => {
  const server = servedDuringTests(start, asUsersStartIt);
  test.each(asUsersStartIt)('%s', (scenario) => expectPassed(server.report, scenario));
});

async function startGitLabServer(): Promise<Served> {
  const gitlab = await startGitLab({ seed: 'demo' });
  const serving = await startServing(['gitlab'], {
    GITLAB_URL: gitlab.url,
    GITLAB_TOKEN: gitlab.demo?.token.value,
    GITLAB_PROJECT: 'acme/split-bill',
    COFFERDAM_HOME: temporaryFolder(),
    COFFERDAM_HTTP_TOKEN: token,
  });
  return { url: serving.url, close: () => Promise.all([serving.close(), gitlab.close()]) };
}

function expectPassed({ checks, output }: Report, scenario: string): void {
  const found = checks.get(scenario) ?? [];
  const bad = found.filter(({ id, status }) => status === 'FAILURE' || (status === 'WARNING' && !(id in mayWarn)));
  expect(bad, output).toEqual([]);
  expect(found.some(({ status }) => status === 'SUCCESS' || status === 'WARNING')).toBe(true);
}

interface Served {
  url: string;
  close(): Promise<unknown>;
}

interface Conversed {
  /** Of a proxy that adds the token. */
  url: string;
  report: Report;
}

/** Filled before the first test: the server is started, and the suite is run against it. */
function servedDuringTests(serve: () => Promise<Served>, scenarios?: readonly string[]): Conversed {
  const conversed: Conversed = { url: '', report: { checks: new Map(), output: '' } };
  const close: (() => unknown)[] = [];
  beforeAll(async () => {
    const serving = await serve();
    const proxy = await bearing(token, serving.url);
    close.push(proxy.close, serving.close);
    conversed.url = proxy.url;
    conversed.report = await runSuite(programs, proxy.url, scenarios);
  }, 120_000);
  afterAll(async () => {
    for (const end of close) await end();
  });
  return conversed;
}
