// The client half of the MCP conformance suite, with our way to third-party servers: client.ts.
import { join } from 'node:path';
import { build } from 'esbuild';
import { beforeAll, expect, test } from 'vitest';
import { installPrograms, type Programs } from '../support/node24.js';
import { temporaryFolder } from '../support/workspaces.js';
import config from '../vitest.config.js';
import { clientGivesUp, clientScenarios, latenessOf, notForClients } from './client-scenarios.js';
import { type Check, runClient, scenariosFor } from './run.js';

let programs: Programs;
let command: string;

beforeAll(async () => {
  programs = await installPrograms();
  const outfile = join(temporaryFolder(), 'client.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'client.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    alias: config.resolve?.alias as Record<string, string>,
    external: ['*.node'],
    // CommonJS dependencies in an ES module bundle still call require for Node's own modules.
    banner: { js: "import { createRequire as r } from 'node:module'; const require = r(import.meta.url);" },
    logLevel: 'error',
  });
  command = `${process.execPath} ${outfile}`;
}, 300_000);

test('every scenario is run, or does not apply for a reason', async () => {
  const known = [...clientScenarios, ...clientGivesUp, ...Object.keys(notForClients)];
  expect((await scenariosFor('client', programs)).sort()).toEqual(known.sort());
});

test.each(clientScenarios)('%s', async (scenario) => {
  const { checks, output } = await runClient(programs, command, scenario);
  expect(checks.filter(isBad), output).toEqual([]);
  expect(checks.some(({ status }) => status === 'SUCCESS')).toBe(true);
  expect(output).not.toContain('Client exited with code');
});

test.each(clientGivesUp)('%s', async (scenario) => {
  const { checks, output } = await runClient(programs, command, scenario);
  expect(checks.filter(isBad), output).toEqual([]);
  expect(checks.some(({ status }) => status === 'SUCCESS')).toBe(true);
  expect(output).toContain('Client exited with code 1');
});

test.each(Object.keys(notForClients))('%s does not apply, and indeed fails', async (scenario) => {
  const { checks } = await runClient(programs, command, scenario);
  expect(checks.map(({ status }) => status)).toContain('FAILURE');
});

function isBad({ id, status, details }: Check): boolean {
  if (id === latenessOf) return details?.['tooEarly'] !== false;
  return status === 'FAILURE' || status === 'WARNING';
}
