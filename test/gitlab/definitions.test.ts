// The definitions that every model pays for, and what they promise.
import { describeGitLabTools, type FamilyName, familyNames } from '@cofferdam/mcp-servers';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
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

interface Schema {
  type?: unknown;
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: Schema | boolean;
}

/** A schema and all within it. */
function schemasIn(schema: unknown): Schema[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties = {}, items, additionalProperties }: Schema = schema;
  return [schema, ...[...Object.values(properties), items, additionalProperties].flatMap(schemasIn)];
}

/** Tokens, four characters each: what a model pays for a family before it says a word. */
const budgets: Record<FamilyName, number> = {
  projects: 2700,
  search: 700,
  pipelines: 1500,
  jobs: 1300,
  'merge-requests': 2500,
  epics: 1500,
  issues: 1600,
  notes: 1600,
  'usage-data': 700,
};

test.each(familyNames)('%s stay within their budget', async (family) => {
  expect(JSON.stringify(await listed([family])).length / 4).toBeLessThan(budgets[family]);
});

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

test.each([
  ['2020-12', Ajv2020],
  ['draft-07', Ajv],
])('every schema is one of JSON Schema %s, which clients assume', async (_, Dialect) => {
  for (const { name, inputSchema, outputSchema } of await listed(familyNames)) {
    for (const schema of [inputSchema, outputSchema ?? false]) {
      const ajv = new Dialect({ strict: true, strictTypes: true, strictTuples: true });
      expect(() => ajv.compile(schema), name).not.toThrow();
    }
  }
});

/** What clients carry over to the schemas of every model's provider. */
const portable = [
  ...['type', 'description', 'enum', 'default', 'properties', 'required', 'additionalProperties', 'items'],
  ...['minimum', 'maximum', 'minLength', 'maxLength', 'pattern', 'minItems', 'maxItems'],
];

test('a schema has no keyword that some client cannot map, and one type everywhere', async () => {
  for (const { name, inputSchema, outputSchema } of await listed(familyNames)) {
    for (const schema of [...schemasIn(inputSchema), ...schemasIn(outputSchema)]) {
      expect({ name, unknown: Object.keys(schema).filter((keyword) => !portable.includes(keyword)) }).toEqual({
        name,
        unknown: [],
      });
      expect({ name, type: schema.type }).toEqual({ name, type: expect.any(String) });
    }
  }
});

test('names and descriptions fit the limits of the providers, with room for a client’s prefix', async () => {
  for (const { name, description = '' } of await listed(familyNames)) {
    expect(`mcp__gitlab-merge-requests__${name}`).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    expect({ name, length: description.length }).toEqual({ name, length: expect.toSatisfy((length) => length < 1024) });
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
