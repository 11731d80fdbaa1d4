// `cofferdam mcp third-party`: carries what a program in the sandbox's command container reads and writes. Nothing of it
// is looked at here.
import { pipeline } from 'node:stream/promises';
import { attachSandbox, type Execution, type Sandbox, SandboxError, WORKSPACE } from '@cofferdam/sandbox';
import * as z from 'zod';
import { stateHome } from '../home.js';
import { fillInWorkspace, serverEnvironmentVariable } from '../mcp/third-party/index.js';
import { exitCode, parse, say, usage } from './command.js';

/** Milliseconds that a server has to end after its input did. */
const grace = 1_500;

/** Programs that fetch what they run would else wait for a network that is not there. */
const offline = { npm_config_fetch_retries: '0', npm_config_update_notifier: 'false', UV_OFFLINE: '1' };
const fetchers = /^(npx|npm|pnpm|yarn|bunx|uvx|uv|pipx|pip|deno)$/;
const engines = /^(docker|podman|nerdctl)$/;

/** Resolves to the exit code: 0 when the client hung up first. Throws AgentError `usage` and SandboxError. */
export async function carryThirdParty(argv: string[]): Promise<number> {
  const { values, positionals: words } = parse(argv, { sandbox: { type: 'string' }, cwd: { type: 'string' } });
  if (values.sandbox === undefined) throw usage('Name the sandbox with --sandbox.');
  if (words.length === 0) throw usage('Name the program after "--".');
  const env = { ...offline, ...readEnvironment() };
  const sandbox = await attachSandbox(values.sandbox, { home: stateHome() });
  try {
    return await carry(sandbox, words, env, values.cwd);
  } finally {
    await sandbox.detach();
  }
}

async function carry(
  sandbox: Sandbox,
  words: readonly string[],
  env: Record<string, string>,
  cwd: string | undefined,
): Promise<number> {
  const { folder } = sandbox.info;
  const workspace = folder === '' ? WORKSPACE : `${WORKSPACE}/${folder}`;
  const filled = (text: string) => fillInWorkspace(text, workspace);
  const execution = sandbox.exec(words.map(filled), {
    stdin: true,
    env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, filled(value)])),
    maxOutputBytes: Number.MAX_SAFE_INTEGER,
    ...(cwd !== undefined && { cwd: filled(cwd) }),
  });
  const hungUp = endWithInput(execution);
  const [program = ''] = words;
  try {
    const [{ exitCode: code, signal }] = await Promise.all([
      execution.result,
      pipeline(execution.stdout, process.stdout, { end: false }),
      pipeline(execution.stderr, process.stderr, { end: false }),
    ]);
    if (hungUp()) return exitCode.done;
    say(`${JSON.stringify(program)} ended ${signal ? `by ${signal}` : `with exit code ${code}`}.${adviceFor(program)}`);
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    say(`${error.message}${adviceFor(program) || ` ${error.remedy}`}`);
  } finally {
    process.stdin.destroy();
  }
  return exitCode.failed;
}

/** The client ends a server by closing its input, or with a signal. Answers whether it has. */
function endWithInput(execution: Execution): () => boolean {
  let over = false;
  execution.stdin.on('error', () => {}); // it may end before it has read everything
  process.stdin.pipe(execution.stdin);
  process.stdin.once('end', () => {
    over = true;
    setTimeout(() => execution.kill(), grace).unref();
  });
  // A Ctrl-C meant for the client reaches the whole process group.
  if (!process.stdin.isTTY) process.on('SIGINT', () => {});
  process.once('SIGTERM', () => {
    over = true;
    execution.kill();
  });
  return () => over;
}

function adviceFor(program: string): string {
  const name = program.split('/').at(-1) ?? '';
  if (fetchers.test(name)) {
    return ` The sandbox has no network, so ${name} cannot fetch a server there: put the server into the image that commands run in, or into the repository, and name its own program.`;
  }
  if (engines.test(name)) {
    return ' No container can be started inside the sandbox: put the server into the image that commands run in, and name its own program.';
  }
  return '';
}

/** Read once: what the program in the sandbox gets is nothing for this process. */
function readEnvironment(): Record<string, string> {
  const text = process.env[serverEnvironmentVariable] ?? '{}';
  delete process.env[serverEnvironmentVariable];
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(text));
  } catch {
    throw usage(`${serverEnvironmentVariable} takes a JSON object of names and texts.`);
  }
}
