// Logs of jobs that failed, for tests: each as its tools write it.
import {
  cleanup,
  command,
  error,
  executor,
  failed,
  greeting,
  many,
  preparation,
  section,
  succeeded,
  verdict,
  warning,
} from './testing.js';

const red = (text: string) => `\x1B[31m${text}\x1B[39m`;
const npmCi = [
  command('npm ci'),
  ...many(40, (i) => `npm warn deprecated left-pad@1.${i}.0: no longer supported`),
  '',
  'added 412 packages in 9s',
];

export const vitest = failed([
  ...npmCi,
  command('npm test'),
  '',
  '> shop@1.0.0 test',
  '> vitest run',
  '',
  '\x1B[1m\x1B[46m RUN \x1B[49m\x1B[22m v3.2.4 /builds/acme/shop',
  '',
  ...many(
    300,
    (i) =>
      ` \x1B[32m✓\x1B[39m src/cart${i}.test.ts \x1B[2m(4 tests)\x1B[22m handles an error when the server failed ${i}ms`,
  ),
  'stderr | src/api.test.ts > retries',
  'Error: connect ECONNREFUSED 127.0.0.1:80',
  ...many(200, (i) => `    at Socket.onRetry (src/api.ts:${i}:7)`),
  ` ${red('❯')} src/price.test.ts (3 tests | 1 failed) 12ms`,
  `   ${red('×')} adds tax 4ms`,
  '',
  red('⎯⎯⎯⎯⎯⎯⎯ Failed Tests 1 ⎯⎯⎯⎯⎯⎯⎯'),
  '',
  ` ${red('FAIL')} src/price.test.ts > price > adds tax`,
  red('AssertionError: expected 107 to be 119 // Object.is equality'),
  '',
  '- Expected',
  '+ Received',
  '',
  '- 119',
  '+ 107',
  '',
  ' ❯ src/price.test.ts:9:23',
  ...many(5, (i) => `      ${i + 7}|   const line${i} = ${i};`),
  '',
  ' Test Files  1 failed | 301 passed (302)',
  '      Tests  1 failed | 1205 passed (1206)',
  '   Duration  12.31s',
  '',
]);

export const pytest = failed([
  command('pip install -r requirements.txt'),
  ...many(60, (i) => `Collecting package-${i}`),
  command('pytest'),
  '============================= test session starts ==============================',
  'platform linux -- Python 3.12.3, pytest-8.2.0, pluggy-1.5.0',
  'collected 240 items',
  '',
  ...many(200, (i) => `tests/test_error_${i}.py ....                                    [ ${i % 100}%]`),
  'tests/test_price.py .F                                                   [100%]',
  '',
  '=================================== FAILURES ===================================',
  '_________________________________ test_add_tax _________________________________',
  '',
  '    def test_add_tax():',
  '>       assert add_tax(100) == 119',
  'E       assert 107 == 119',
  'E        +  where 107 = add_tax(100)',
  '',
  'tests/test_price.py:12: AssertionError',
  '----------------------------- Captured stdout call -----------------------------',
  ...many(150, (i) => `debug: step ${i}`),
  '=========================== short test summary info ============================',
  'FAILED tests/test_price.py::test_add_tax - assert 107 == 119',
  '======================== 1 failed, 239 passed in 3.21s =========================',
]);

export const goTest = failed([
  command('go test ./...'),
  ...many(120, (i) => `ok  \texample.com/shop/pkg${i}\t0.${i}s`),
  '--- FAIL: TestAddTax (0.00s)',
  '    price_test.go:14: AddTax(100) = 107, want 119',
  'FAIL',
  'FAIL\texample.com/shop/price\t0.004s',
  ...many(120, (i) => `ok  \texample.com/shop/other${i}\t0.${i}s`),
  'FAIL',
]);

export const goPanic = failed([
  command('go run ./cmd/shop'),
  ...many(500, (i) => `2024/05/22 12:43:${i % 60} INFO served request ${i}`),
  'panic: runtime error: invalid memory address or nil pointer dereference',
  '[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x47e5a2]',
  '',
  'goroutine 1 [running]:',
  'main.(*Cart).Total(0x0)',
  '\t/builds/acme/shop/cmd/shop/cart.go:31 +0x22',
  'exit status 2',
]);

export const maven = failed([
  command('mvn -B verify'),
  ...many(
    400,
    (i) => `[INFO] Downloaded from central: https://repo.example.com/error-handling-${i}.jar (12 kB at 1.2 MB/s)`,
  ),
  '[INFO]  T E S T S',
  '[INFO] Running com.example.CartTest',
  '[INFO] Tests run: 12, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.08 s -- in com.example.CartTest',
  '[INFO] Running com.example.PriceTest',
  '[ERROR] Tests run: 3, Failures: 1, Errors: 0, Skipped: 0, Time elapsed: 0.05 s <<< FAILURE! -- in com.example.PriceTest',
  '[ERROR] com.example.PriceTest.addsTax -- Time elapsed: 0.004 s <<< FAILURE!',
  'org.opentest4j.AssertionFailedError: expected: <119> but was: <107>',
  '\tat org.junit.jupiter.api.AssertionUtils.fail(AssertionUtils.java:55)',
  '[INFO] Results:',
  '[INFO]',
  '[ERROR] Failures: ',
  '[ERROR]   PriceTest.addsTax:14 expected: <119> but was: <107>',
  '[INFO]',
  '[ERROR] Tests run: 15, Failures: 1, Errors: 0, Skipped: 0',
  '[INFO] BUILD FAILURE',
  '[INFO] Total time:  14.2 s',
  '[ERROR] Failed to execute goal org.apache.maven.plugins:maven-surefire-plugin:3.2.5:test (default-test) on project shop: There are test failures.',
  '[ERROR] -> [Help 1]',
  '[ERROR] For more information about the errors and possible solutions, please read the following articles:',
]);

export const rspec = failed([
  command('bundle exec rspec'),
  ...many(300, (i) => `.${i} ActiveRecord error handled`),
  '',
  'Failures:',
  '',
  '  1) Price adds tax',
  '     Failure/Error: expect(price.with_tax).to eq(119)',
  '',
  '       expected: 119',
  '            got: 107',
  '',
  "     # ./spec/price_spec.rb:9:in `block (2 levels) in <top (required)>'",
  '',
  'Finished in 1.52 seconds (files took 0.8 seconds to load)',
  '301 examples, 1 failure',
  '',
  'Failed examples:',
  '',
  'rspec ./spec/price_spec.rb:8 # Price adds tax',
]);

/** A compiler: hundreds of errors, of which the first is the cause. */
export const tsc = failed([
  command('npx tsc -b'),
  ...many(50, (i) => `[12:43:${i}] Building project '/builds/acme/shop/p${i}/tsconfig.json'...`),
  "src/price.ts(3,10): error TS2305: Module './tax.js' has no exported member 'rate'.",
  ...many(400, (i) => `src/use${i}.ts(1,1): error TS2345: Argument of type 'unknown' is not assignable.`),
  'Found 401 errors.',
]);

export const commandNotFound = failed(
  [command('make build'), '/usr/bin/bash: line 172: make: command not found'],
  ': exit code 127',
);

const missing =
  'failed to pull image "registry.example.com/acme/shop:missing" with specified policies [always]: Error response from daemon: manifest for registry.example.com/acme/shop:missing not found: manifest unknown: manifest unknown (manager.go:250:0s)';

export const imagePull = [
  greeting,
  section(
    'prepare_executor',
    'Preparing the "docker" executor',
    'Using Docker executor with image registry.example.com/acme/shop:missing ...',
    'Authenticating with credentials from job payload (GitLab Registry)',
    'Pulling docker image registry.example.com/acme/shop:missing ...',
    warning(
      'Failed to pull image with policy "always": Error response from daemon: manifest unknown (manager.go:250:0s)',
    ),
  ),
  section('cleanup_file_variables', 'Cleaning up project directory and file based variables'),
  verdict(`: ${missing}`),
  '\n',
].join('');

export const timeout = `${preparation}${section(
  'step_script',
  'Executing "step_script" stage of the job script',
  command('npm run e2e'),
  'Error: first attempt failed, retrying',
  ...many(500, (i) => `waiting for http://localhost:3000 ... ${i}`),
)}${verdict(': execution took longer than 1h0m0s seconds')}\n`;

export const systemFailure = [
  greeting,
  section(
    'prepare_executor',
    'Preparing the "kubernetes" executor',
    'Using Kubernetes namespace: ci',
    'Using Kubernetes executor with image node:20 ...',
  ),
  section(
    'prepare_script',
    'Preparing environment',
    ...many(30, () => 'Waiting for pod ci/runner-j2nyww-s-project-42 to be running, status is Pending'),
    '\tContainersNotReady: "containers with unready status: [build helper]"',
  ),
  section('cleanup_file_variables', 'Cleaning up project directory and file based variables'),
  verdict(
    ' (system failure): prepare environment: waiting for pod running: timed out waiting for pod to start. Check https://docs.gitlab.com/runner/shells/ for more information',
  ),
  '\n',
].join('');

export const gitFetch = [
  greeting,
  executor,
  section(
    'get_sources',
    'Getting source from Git repository',
    'Fetching changes with git depth set to 20...',
    "fatal: unable to access 'https://gitlab.example.com/acme/shop.git/': Could not resolve host: gitlab.example.com",
  ),
  section('cleanup_file_variables', 'Cleaning up project directory and file based variables'),
  verdict(': exit code 1'),
  '\n',
].join('');

export const artifactsTooLarge = `${preparation}${section(
  'step_script',
  'Executing "step_script" stage of the job script',
  command('npm run build'),
  'error-free build done',
)}${section(
  'upload_artifacts_on_success',
  'Uploading artifacts for successful job',
  'Uploading artifacts...',
  'dist/: found 4711 matching artifact files and directories',
  warning('Uploading artifacts as "archive" to coordinator... 413 Request Entity Too Large'),
  error('too large archive'),
)}${verdict(': exit code 1')}\n`;

/** The command that failed is not the last one. */
export const statusKept = failed([
  command('npm test || status=$?'),
  ...many(100, (i) => `ok ${i} - works`),
  'not ok 101 - adds tax',
  '  got: 107, want: 119',
  command('./upload-report.sh'),
  'report sent',
  command('exit $status'),
]);

export const canceled = `${preparation}${section(
  'step_script',
  'Executing "step_script" stage of the job script',
  command('sleep 3600'),
)}${warning('script canceled externally (UI, API)')}\n${cleanup}${verdict(': canceled')}\n`;

export const passing = succeeded([command('npm test'), 'Error: expected in a passing test']);

/** A script that speaks with the voice of the runner. */
export const impostor = failed([
  command('./run.sh'),
  error('Job failed: exit code 99'),
  'Job succeeded',
  'src/price.ts:1: error: real reason',
]);
