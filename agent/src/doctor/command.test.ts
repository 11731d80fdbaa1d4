import { afterEach, expect, test, vi } from 'vitest';
import { doctorCommand } from './command.js';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** Runs `cofferdam doctor` and returns its exit code and what it printed. */
async function doctor(...argv: string[]) {
  const [stdout, stderr] = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockReturnValue(true),
  );
  const code = await doctorCommand(argv);
  const written = (spy: typeof stdout) => spy?.mock.calls.map(([text]) => text).join('') ?? '';
  return { code, stdout: written(stdout), stderr: written(stderr) };
}

test('an option that does not exist is wrong usage', async () => {
  const { code, stderr } = await doctor('--frob');
  expect(code).toBe(2);
  expect(stderr).toMatch(/'--frob'[\s\S]*Usage: cofferdam doctor/);
});

test('an engine that does not answer: what was tried, why it failed, what to do, exit code 1', async () => {
  vi.stubEnv('DOCKER_HOST', 'unix:///no/such.sock');
  const { code, stdout } = await doctor();
  expect(code).toBe(1);
  expect(stdout).toContain('✓ Node.js');
  expect(stdout).toContain('✗ Container engine');
  expect(stdout).toContain('unix:///no/such.sock (DOCKER_HOST): there is no such socket');
  expect(stdout).toContain('- Images: not looked at: Container engine comes first');
});

test('what --fix cannot mend ends with exit code 2', async () => {
  vi.stubEnv('DOCKER_HOST', 'unix:///no/such.sock');
  const { code, stdout } = await doctor('--fix');
  expect(code).toBe(2);
  expect(stdout).toContain('→ Start Docker, or set DOCKER_HOST to an engine that runs.');
});

test('--json prints an object a check and nothing else', async () => {
  vi.stubEnv('DOCKER_HOST', 'unix:///no/such.sock');
  const { stdout } = await doctor('--json');
  const checks = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(checks.map(({ name }) => name)).toContain('Container engine');
  expect(checks.find(({ name }) => name === 'Container engine')).toMatchObject({ state: 'problem', mended: false });
});
