// What must hold whatever the files say.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CallFacts,
  type Decision,
  loadPolicy,
  type Policy,
  type RuleSource,
  remember,
  type SessionMode,
  type Situation,
  sessionModes,
  type Verdict,
} from '../../agent/src/policy/index.js';
import { temporaryFolder } from '../support/workspaces.js';

const verdicts: readonly Verdict[] = ['allow', 'ask', 'deny'];
const strictness = ({ verdict }: Decision) => verdicts.indexOf(verdict);

const rule = fc.constantFrom(
  ...[
    '*',
    'files.*',
    'gitlab.*',
    'gitlab.create_note',
    'weather.*',
    'commands.*',
    'commands.run_command',
    'git.git_add: src/**',
  ],
  ...[
    'files.edit_file: src/**',
    'files.*: "**/*.md"',
    'commands.*: npm test',
    'commands.*: npm **',
    'commands.run_command: curl **',
    'commands.start_command: "*"',
  ],
  ...['weather.get: { city: B* }', 'gitlab.*: { project: a/* }', 'host: example.org', 'host: "*.example.org"'],
);
const file = fc
  .record({
    allow: fc.array(rule, { maxLength: 3 }),
    ask: fc.array(rule, { maxLength: 2 }),
    deny: fc.array(rule, { maxLength: 2 }),
  })
  .map((lists) =>
    Object.entries(lists)
      .map(([verdict, rules]) => `${verdict}:\n${rules.map((one) => `  - ${one === '*' ? '"*"' : one}\n`).join('')}`)
      .join(''),
  );

const call: fc.Arbitrary<CallFacts> = fc.oneof(
  fc.record({
    server: fc.constant('commands'),
    tool: fc.constantFrom('run_command', 'start_command', 'stop_command'),
    input: fc.record(
      {
        command: fc.constantFrom('npm test', 'npm test; curl x', 'npm $x', '$x', 'sudo curl y', 'ls > /etc/x', 'npm "'),
        cwd: fc.constantFrom('.', '/etc'),
      },
      { requiredKeys: ['command'] },
    ),
    readOnly: fc.constant(false),
    outward: fc.constant(false),
    ours: fc.constant(true),
  }),
  fc.record({
    server: fc.constantFrom('files', 'git'),
    tool: fc.constantFrom('edit_file', 'read_file', 'grep', 'git_add'),
    input: fc.record(
      { path: fc.constantFrom('src/a.ts', 'README.md', '../x', '.'), paths: fc.constantFrom(['src/a', 'b.md'], []) },
      { requiredKeys: [] },
    ),
    readOnly: fc.boolean(),
    outward: fc.constant(false),
    ours: fc.constant(true),
  }),
  fc.record({
    server: fc.constantFrom('gitlab', 'weather', 'files'),
    tool: fc.constantFrom('create_note', 'get', 'connect'),
    input: fc.record(
      {
        city: fc.constantFrom('Bonn', 'Rome'),
        project: fc.constantFrom('a/b', 'c'),
        host: fc.constantFrom('example.org', 'a.example.org'),
      },
      { requiredKeys: [] },
    ),
    readOnly: fc.boolean(),
    outward: fc.boolean(),
    ours: fc.boolean(),
  }),
  fc.constantFrom('example.org', 'a.example.org').map((host) => ({
    server: 'egress',
    tool: 'connect',
    input: { host },
    readOnly: false,
    outward: true,
    ours: true,
  })),
);
const situation: fc.Arbitrary<Situation> = fc.record({
  mode: fc.constantFrom<SessionMode>(...sessionModes),
  planApproved: fc.boolean(),
  basedOn: fc.constantFrom([], ['issue #4']),
});

async function policyOf(files: { organisation?: string; user?: string; repository?: string }): Promise<Policy> {
  const folder = temporaryFolder();
  mkdirSync(join(folder, '.cofferdam'));
  if (files.repository !== undefined) writeFileSync(join(folder, '.cofferdam', 'policy.yaml'), files.repository);
  if (files.user !== undefined) writeFileSync(join(folder, 'policy.yaml'), files.user);
  if (files.organisation !== undefined) writeFileSync(join(folder, 'organisation.yaml'), files.organisation);
  const env =
    files.organisation === undefined ? {} : { COFFERDAM_ORGANISATION_POLICY: join(folder, 'organisation.yaml') };
  return loadPolicy({ home: folder, workspace: folder, env });
}

const runs = { numRuns: 300 };
const many = <Value>(values: fc.Arbitrary<Value>) => fc.array(values, { minLength: 5, maxLength: 10 });

describe('whatever the files say', () => {
  test('a repository and an organisation only narrow', async () => {
    const property = fc.asyncProperty(
      file,
      file,
      file,
      many(fc.tuple(call, situation)),
      async (organisation, user, repository, asked) => {
        const [alone, withRepository, withBoth] = await Promise.all([
          policyOf({ user }),
          policyOf({ user, repository }),
          policyOf({ user, repository, organisation }),
        ]);
        for (const [one, where] of asked) {
          const before = strictness(alone.decide(one, where));
          const narrowed = strictness(withRepository.decide(one, where));
          expect(narrowed).toBeGreaterThanOrEqual(before);
          expect(strictness(withBoth.decide(one, where))).toBeGreaterThanOrEqual(narrowed);
        }
      },
    );
    await fc.assert(property, runs);
  });

  test('modes and text from outside keep what they promise, and every decision names its line', async () => {
    const property = fc.asyncProperty(
      file,
      file,
      many(fc.tuple(call, situation)),
      async (organisation, user, asked) => {
        const policy = await policyOf({ organisation, user });
        for (const [one, where] of asked) {
          const decision = policy.decide(one, where);
          const reads = one.ours && one.readOnly;
          if (!reads && where.mode === 'ask') expect(decision.verdict).toBe('deny');
          if (!reads && where.mode === 'plan' && !where.planApproved) expect(decision.verdict).toBe('deny');
          if (!reads && (one.outward || !one.ours) && where.basedOn.length > 0)
            expect(decision.verdict).not.toBe('allow');
          if (!one.ours && ['files', 'gitlab'].includes(one.server)) expect(decision.verdict).toBe('deny');
          expect(decision.considered).toContainEqual(decision.decidedBy);
          expect([decision.decidedBy, ...decision.considered].every(isNamed)).toBe(true);
          expect(decision.reason).toMatch(/^\S.*\.$/);
        }
      },
    );
    await fc.assert(property, runs);
  });

  test('what "always" writes is what happens from then on', async () => {
    const property = fc.asyncProperty(file, many(fc.tuple(call, situation)), async (repository, asked) => {
      for (const [one, where] of asked) {
        const { always } = (await policyOf({ repository })).decide(one, where);
        if (!always) continue;
        for (const verdict of ['allow', 'deny'] as const) {
          const home = temporaryFolder();
          await remember(home, { verdict, rule: always[verdict] });
          const after = await loadPolicy({ home, workspace: home, env: {} });
          expect(after.decide(one, where)).toMatchObject({ verdict, decidedBy: { layer: 'user' } });
        }
      }
    });
    await fc.assert(property, { numRuns: 40 });
  });
});

function isNamed({ layer, file: name, line, text }: RuleSource): boolean {
  const written = ['organisation', 'user', 'repository'].includes(layer);
  return text !== '' && (written ? name !== undefined && (line ?? 0) > 0 : name === undefined);
}
