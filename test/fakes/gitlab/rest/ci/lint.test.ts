import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type CiWorkplace, startCiWorkplace } from '../../testing/ci.js';

let shop: CiWorkplace;

beforeAll(async () => {
  shop = await startCiWorkplace();
});

afterAll(() => shop.gitlab.close());

interface Result {
  valid: boolean;
  errors: string[];
  warnings: string[];
  merged_yaml: string | null;
  includes: unknown[];
}

async function check(content: string, options: object = {}): Promise<Result> {
  const { status, body } = await shop.call('POST', '/ci/lint', { content, ...options });
  expect(status).toBe(200);
  return body as Result;
}

test('a valid file, with its jobs', async () => {
  const result = await check('unit:\n  script: make test\n  tags: [linux]\n', { include_jobs: true });
  expect(result).toEqual({
    valid: true,
    errors: [],
    warnings: [],
    merged_yaml: '---\nunit:\n  script: make test\n  tags:\n  - linux\n',
    includes: [],
    jobs: [
      {
        name: 'unit',
        stage: 'test',
        before_script: [],
        script: ['make test'],
        after_script: [],
        tag_list: ['linux'],
        only: { refs: ['branches', 'tags'] },
        except: null,
        environment: null,
        when: 'on_success',
        allow_failure: false,
        needs: null,
      },
    ],
  });
});

test.each([
  ['', 'Please provide content of .gitlab-ci.yml'],
  ['just text', 'Invalid configuration format'],
  ['unit:\n  script: "open\n', '(<unknown>): '],
  ['.hidden:\n  script: make\n', 'jobs config should contain at least one visible job'],
  ['variables: [a]\nunit:\n  script: make\n', 'variables config should be a hash of key value pairs'],
  ['unit:\n  script: {a: b}\n', 'jobs:unit:script config should be a string or a nested array of strings'],
  ['unit:\n  script: make\n  scirpt: make\n', 'jobs:unit config contains unknown keys: scirpt'],
  ['unit:\n  script: make\n  only: [main]\n  rules: []\n', 'jobs:unit config key may not be used with `rules`: only'],
  [
    'unit:\n  stage: nowhere\n  script: make\n',
    'unit job: chosen stage nowhere does not exist; available stages are .pre, build, test, deploy, .post',
  ],
  ['unit:\n  needs: [other]\n  script: make\n', 'unit job: undefined need: other'],
  ['a:\n  needs: [b]\n  script: a\nb:\n  needs: [a]\n  script: b\n', 'The pipeline has circular dependencies'],
  ['unit:\n  extends: .base\n  script: make\n', 'unit: unknown keys in `extends` (.base)'],
  ['include: none.yml\nunit:\n  script: make\n', 'Local file `none.yml` does not exist!'],
  ['include:\n  - project: acme/other\n    file: ci.yml\n', 'Project `acme/other` not found or access denied!'],
])('what is wrong with %j', async (content, message) => {
  const result = await check(content);
  expect(result.valid).toBe(false);
  expect(result.errors[0]).toContain(message);
});

test('warns of jobs that may run twice', async () => {
  const { valid, warnings } = await check('unit:\n  script: make\n  rules:\n    - when: always\n');
  expect([valid, warnings]).toMatchObject([true, [expect.stringContaining('jobs:unit may allow multiple pipelines')]]);
});

test("a project's own file, with what it includes and extends", async () => {
  const { gitlab, project, call } = shop;
  gitlab.world.commit(project, {
    branch: 'more',
    files: {
      'ci/base.yml': '.base:\n  tags: [linux]\n  script: [make]\nother:\n  script: make other\n',
      '.gitlab-ci.yml': 'include: /ci/base.yml\nunit:\n  extends: .base\n  script:\n    - !reference [.base, script]\n',
    },
  });
  const { status, body } = await call('GET', '/ci/lint?content_ref=more&include_jobs=true');
  const sha = project.repository?.resolve('more');
  expect([status, body]).toMatchObject([
    200,
    {
      valid: true,
      includes: [{ type: 'local', location: '/ci/base.yml', context_project: 'acme/shop', context_sha: sha }],
      jobs: [{ name: 'other' }, { name: 'unit', tag_list: ['linux'] }],
    },
  ]);
  expect(parse((body as Result).merged_yaml ?? '')).toMatchObject({ unit: { tags: ['linux'], extends: '.base' } });
});

test('a simulated pipeline has only the jobs of that branch', async () => {
  const content = 'a:\n  script: a\n  only: [main]\nb:\n  script: b\n  only: [tags]\n';
  expect(await check(content, { dry_run: true, include_jobs: true })).toMatchObject({
    valid: true,
    jobs: [{ name: 'a' }],
  });
  expect(await check(content, { dry_run: true, ref: 'gone' })).toMatchObject({ errors: ['Reference not found'] });
});

test('without content', async () => {
  expect(await shop.call('POST', '/ci/lint', {})).toMatchObject({ status: 400, body: { error: 'content is missing' } });
});
