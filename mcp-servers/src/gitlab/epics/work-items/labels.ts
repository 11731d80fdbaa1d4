// Labels by name, as the global ids that GraphQL wants.
import * as z from 'zod';
import { ToolError } from '../../../kit/index.js';
import { quoted } from '../../../untrusted/index.js';
import type { Place } from '../../client/endpoint.js';
import { GitLabError } from '../../client/errors.js';
import { pathOf } from './path.js';
import type { Asker } from './work-items.js';

const find = `query label($path: ID!, $title: String!) {
  group(fullPath: $path) { labels(title: $title, includeAncestorGroups: true, first: 1) { nodes { id } } }
}`;
const make = `mutation makeLabel($input: LabelCreateInput!) { labelCreate(input: $input) { errors label { id } } }`;

const label = z.object({ id: z.string() });
const found = z.object({ group: z.object({ labels: z.object({ nodes: z.array(label) }) }).nullable() });
const made = z.object({ labelCreate: z.object({ errors: z.array(z.string()), label: label.nullable() }) });

/** Of those that are there. */
export async function labelIds(call: Asker, group: Place, names: readonly string[] = []): Promise<string[]> {
  const ids = await Promise.all(names.map((name) => labelId(call, group, name)));
  return ids.filter((id) => id !== undefined);
}

/** Those that are not there are made, as GitLab's REST API does. Throws ToolError `no-such-label` where it may not. */
export async function ensureLabels(call: Asker, group: Place, names: readonly string[] = []): Promise<string[]> {
  return Promise.all(
    names.map(async (name) => (await labelId(call, group, name)) ?? (await makeLabel(call, group, name))),
  );
}

async function labelId(call: Asker, group: Place, title: string): Promise<string | undefined> {
  const variables = { path: await pathOf(call, group), title };
  return (await call.graphql({ query: find, variables, place: group, object: 'labels' }, found)).group?.labels.nodes[0]
    ?.id;
}

async function makeLabel(call: Asker, group: Place, title: string): Promise<string> {
  const input = { groupPath: await pathOf(call, group), title };
  try {
    const { labelCreate } = await call.graphql(
      { query: make, variables: { input }, place: group, object: 'labels' },
      made,
    );
    if (labelCreate.label) return labelCreate.label.id;
    throw noLabel(title, `GitLab says ${quoted(labelCreate.errors.join('; '), 200)}`);
  } catch (error) {
    throw error instanceof GitLabError ? noLabel(title, "the token's user may not make it") : error;
  }
}

function noLabel(title: string, why: string): ToolError {
  const message = `There is no label ${JSON.stringify(title)}: ${why}.`;
  return new ToolError('no-such-label', message, 'Take one that is there, or tell the user.');
}
