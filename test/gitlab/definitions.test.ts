// The definitions that every model pays for, and what they promise.
import { describeGitLabTools, type FamilyName, familyNames } from '@cofferdam/mcp-servers';
import { expect, onTestFinished, test } from 'vitest';
import { startGitLab } from '../fakes/gitlab/index.js';
import { served } from './support.js';

async function listed(families: readonly FamilyName[], readOnly = false) {
  const gitlab = await startGitLab({ seed: 'demo' });
  onTestFinished(() => gitlab.close());
  const token = gitlab.demo?.token.value ?? '';
  const { client } = await served({ url: gitlab.url, token, project: 'acme/split-bill', families, readOnly });
  return (await client.listTools()).tools;
}

test('all nine families stay under 14,000 tokens', async () => {
  const tools = await listed(familyNames);
  expect(JSON.stringify(tools).length / 4).toBeLessThan(14_000);
});

test('every tool has an output schema, a title, and a name of its own', async () => {
  const tools = await listed(familyNames);
  expect(new Set(tools.map(({ name }) => name)).size).toBe(tools.length);
  for (const { name, title, description, outputSchema } of tools) {
    expect({ name, title, description, outputSchema }).toMatchObject({
      name: expect.stringMatching(/^[a-z_]{3,40}$/),
      title: expect.any(String),
      description: expect.any(String),
      outputSchema: { type: 'object' },
    });
  }
});

test('read-only offers what reads, and says so', async () => {
  const tools = await listed(familyNames, true);
  expect(tools.length).toBeGreaterThan(20);
  expect(tools.filter(({ annotations }) => annotations?.readOnlyHint !== true)).toEqual([]);
});

test('tools that read ask only, and nothing deletes', async () => {
  for (const { name, annotations, reaches = [] } of await describeGitLabTools(familyNames)) {
    const methods = new Set(reaches.map((endpoint) => endpoint.split(' ')[0]));
    expect([...methods].filter((method) => !['GET', 'POST', 'PUT'].includes(method ?? ''))).toEqual([]);
    // Reading by GraphQL, and checking a CI file, are POSTs that change nothing.
    const writes = reaches.filter((one) => !/^(GET |POST \/graphql$|POST \/projects\/:id\/ci\/lint$)/.test(one));
    if (annotations.readOnlyHint) expect({ name, writes }).toEqual({ name, writes: [] });
  }
});

test('every family has tools, and every tool declares what it reaches', async () => {
  for (const family of familyNames) {
    const tools = await describeGitLabTools([family]);
    expect(tools.length).toBeGreaterThan(0);
    for (const { name, reaches = [] } of tools) expect({ name, count: reaches.length }).not.toMatchObject({ count: 0 });
  }
});
