// The world of the demo: a group, a project with a bug in it, the issue that tells of the bug, and a pipeline that
// failed because of it.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Repository } from './git/repository.js';
import { pathOf } from './world/places.js';
import { access, type Issue, type Project, type TestCase, type Token, type User } from './world/types.js';
import type { World } from './world/world.js';

export interface Demo {
  /** A maintainer, who wrote the issue. */
  ada: User;
  project: Project;
  issue: Issue;
  /** Of a bot that may work on the project. */
  token: Token;
}

export function seedDemo(world: World, repositories: Readonly<Record<string, string>> = {}): Demo {
  const ada = world.addUser({ username: 'ada', name: 'Ada Byron' });
  const grace = world.addUser({ username: 'grace', name: 'Grace Murray' });
  const group = world.addGroup({ path: 'acme', name: 'Acme' });
  world.addMember(group, ada, access.owner);
  const project = world.addProject({
    path: 'acme/split-bill',
    name: 'split-bill',
    description: 'Splits a bill among people so that the cents add up',
    creator: ada,
  });
  world.addMember(project, ada, access.maintainer);
  world.addMember(project, grace, access.developer);
  const token = world.addToken({ kind: 'project', for: project, name: 'agent' });
  const folder = repositories[pathOf(project)];
  if (folder !== undefined) fill(world, project, folder);

  world.addLabel(project, 'bug', { color: '#d9534f', description: 'Something does not do what it says' });
  world.addLabel(project, 'money', { color: '#428bca', description: 'Amounts, rounding, currencies' });
  const issue = world.addIssue({
    project,
    author: ada,
    title: 'The cents that are left go to the wrong people',
    description: DESCRIPTION,
    labels: ['bug', 'money'],
  });
  world.addNote(issue, {
    author: grace,
    body: 'The pipeline on `main` fails for the same reason: see its `test` job.',
  });
  addFailedPipeline(world, project, grace);
  return { ada, project, issue, token };
}

const FAILING = 'the cents that are left go to the largest remainders';

const DESCRIPTION = `\`splitBill\` promises the largest remainder method: everybody's share is rounded down, and the cents that
are left go to those who lost the most by that. It does not keep the promise. The cents go to whoever comes first in the list.

### To see it

\`\`\`js
splitBill(10_00, [{ name: 'Ada', weight: 3 }, { name: 'Grace', weight: 3 }, { name: 'Linus', weight: 1 }]);
\`\`\`

| | exact share | expected | we get |
|---|---|---|---|
| Ada | 428.57 | 429 | 429 |
| Grace | 428.57 | 428 | 429 |
| Linus | 142.86 | 143 | 142 |

Linus lost 0.86 of a cent, more than anybody else, so one of the two cents that are left is his.

### Done when

- the cents go to the largest remainders; on a tie to the one who comes first in the list
- the shares still add up to the total
- the tests pass
`;

function addFailedPipeline(world: World, project: Project, user: User): void {
  const started = new Date(world.now().getTime() - 3_600_000);
  const finished = new Date(started.getTime() + 42_000);
  const times = { createdAt: started, startedAt: started, finishedAt: finished };
  const pipeline = world.addPipeline({
    project,
    user,
    status: 'failed',
    testSuites: [{ name: 'test', cases: TEST_CASES }],
    ...times,
    updatedAt: finished,
  });
  world.addJob({
    pipeline,
    name: 'lint',
    stage: 'check',
    status: 'success',
    failureReason: null,
    log: logOf(started, 'node --check src/index.js', [], 0),
  });
  world.addJob({ pipeline, name: 'test', stage: 'test', log: logOf(started, 'npm test', TEST_OUTPUT, 1) });
}

const TEST_CASES = ['equal weights: the first ones get the cents that are left', FAILING].map(
  (name): TestCase => ({
    status: name === FAILING ? 'failed' : 'success',
    name,
    classname: 'split.test.js',
    file: 'test/split.test.js',
    executionTime: 0.001,
    systemOutput:
      name === FAILING ? 'Expected values to be strictly deep-equal: [429, 429, 142] and [429, 428, 143]' : null,
    stackTrace: null,
  }),
);

/** What the test runner of Node.js says of the bug. */
const TEST_OUTPUT = `
> fair-shares@1.3.0 test
> node --test

✔ names on the left, amounts on the right (0.815206ms)
✔ equal weights: the first ones get the cents that are left (1.064869ms)
✖ the cents that are left go to the largest remainders (1.27325ms)
  AssertionError [ERR_ASSERTION]: Expected values to be strictly deep-equal:
  + actual - expected

    [
      429,
  +   429,
  +   142
  -   428,
  -   143
    ]
      at TestContext.<anonymous> (file:///builds/acme/split-bill/test/split.test.js:14:10)
      at Test.runInAsyncScope (node:async_hooks:206:9)

✔ shares always add up to the total (1.262984ms)
✔ somebody without a weight pays nothing (0.105698ms)
✔ a total that is not whole cents is refused (0.265346ms)
ℹ tests 6
ℹ suites 0
ℹ pass 5
ℹ fail 1
ℹ cancelled 0
ℹ skipped 0
ℹ todo 0
ℹ duration_ms 153.69343`.split('\n');

/** A log as a runner writes it: sections, colours, and the line that says how it ended. */
function logOf(started: Date, command: string, output: readonly string[], code: number): string {
  const at = Math.floor(started.getTime() / 1000);
  const clear = '\x1b[0K';
  const bold = (text: string, color: number) => `\x1b[${color};1m${text}\x1b[0;m`;
  const section = (name: string, title: string, seconds: number, lines: readonly string[]) => [
    `section_start:${at + seconds}:${name}\r${clear}${clear}${bold(title, 36)}${bold('', 0)}`,
    ...lines,
    `section_end:${at + seconds + 5}:${name}\r${clear}`,
  ];
  return [
    `${clear}Running with gitlab-runner 19.5.0 (0a1b2c3d)${bold('', 0)}`,
    ...section('prepare_executor', 'Preparing the "docker" executor', 1, [
      `${clear}Using Docker executor with image node:20 ...${bold('', 0)}`,
    ]),
    ...section('get_sources', 'Getting source from Git repository', 8, [
      bold('Checking out as detached HEAD (ref is main)...', 32),
    ]),
    ...section('step_script', 'Executing "step_script" stage of the job script', 15, [
      bold(`$ ${command}`, 32),
      ...output,
    ]),
    code === 0 ? bold('Job succeeded', 32) : bold(`ERROR: Job failed: exit code ${code}`, 31),
    '',
  ].join('\n');
}

/** Takes over a repository with its branches, or makes the first commit of a folder's files. */
function fill(world: World, project: Project, folder: string): void {
  if (existsSync(join(folder, '.git')) || existsSync(join(folder, 'HEAD'))) {
    project.repository = Repository.import(folder);
    return;
  }
  world.commit(project, { files: filesBelow(folder), message: 'Split by the largest remainder method' });
}

function filesBelow(folder: string, prefix = ''): Record<string, Buffer> {
  const files: Record<string, Buffer> = {};
  for (const name of readdirSync(join(folder, prefix)).sort()) {
    const path = prefix === '' ? name : `${prefix}/${name}`;
    if (statSync(join(folder, path)).isDirectory()) Object.assign(files, filesBelow(folder, path));
    else files[path] = readFileSync(join(folder, path));
  }
  return files;
}
