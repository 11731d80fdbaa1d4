// Holds answers against the response schemas that GitLab publishes.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';

const folder = fileURLToPath(new URL('../../../fixtures/gitlab-schemas/', import.meta.url));
const ajv = new Ajv({ allErrors: true, strict: false });

for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
  if (path.endsWith('.json')) ajv.addSchema(JSON.parse(readFileSync(join(folder, path), 'utf8')), `gitlab:///${path}`);
}

/** What is wrong with an answer, such as `/0/id must be integer`; empty when nothing is. `name`: `issue`, `pipeline/detail`. */
export function faultsIn(name: string, answer: unknown): string[] {
  const validate = ajv.getSchema(`gitlab:///public_api/v4/${name}.json`);
  if (!validate) throw new Error(`There is no schema ${name}.`);
  return validate(answer)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
