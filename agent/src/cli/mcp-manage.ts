// `cofferdam mcp list|enable|disable|login`: which third-party servers a project uses.
import { createInterface } from 'node:readline';
import { AgentError } from '../errors.js';
import { stateHome } from '../home.js';
import { connectServer } from '../mcp/index.js';
import {
  type AskAboutServer,
  Consents,
  connectionTo,
  type FoundServer,
  findServers,
  forgetLogin,
  isEnabled,
  projectRoot,
  questionText,
  type ServerState,
  stateOf,
  switchOff,
} from '../mcp/third-party/index.js';
import { printable } from '../render/text.js';
import { existingFolder, exitCode, parse, printJson, say, usage } from './command.js';
import { interruptible } from './interrupt.js';

const states: Record<ServerState, string> = {
  enabled: 'enabled',
  changed: 'changed since it was enabled',
  off: 'disabled',
  new: 'not enabled',
};

const workspaceOption = { workspace: { type: 'string', default: '.' } } as const;

export async function list(argv: string[]): Promise<number> {
  const { values } = parse(argv, { ...workspaceOption, json: { type: 'boolean' } });
  const { servers, notices, consents } = await look(values.workspace);
  for (const server of servers) {
    const { name, entry, from } = server;
    const state = stateOf(server, consents);
    if (values.json) printJson({ name, type: entry.type, from, state });
    else
      process.stdout.write(`${name.padEnd(24)}${entry.type.padEnd(8)}${states[state].padEnd(30)}${printable(from)}\n`);
  }
  for (const notice of notices) say(notice);
  return exitCode.done;
}

export async function enable(argv: string[]): Promise<number> {
  const { values, positionals } = parse(argv, { ...workspaceOption, yes: { type: 'boolean', default: false } });
  const { server, consents } = await named(values.workspace, positionals);
  const before = consents.get(server.name);
  // Whatever was decided or pinned before is decided and pinned anew.
  consents.remove(server.name);
  const ask = values.yes ? agreed : atTerminal;
  const allowed = await interruptible((signal) => isEnabled(server, consents, ask, signal));
  if (!allowed && before) consents.set(server.name, before);
  say(allowed ? `${server.name} is enabled for ${consents.project}.` : `Nothing was changed.`);
  return allowed ? exitCode.done : exitCode.failed;
}

export async function disable(argv: string[]): Promise<number> {
  const { values, positionals } = parse(argv, workspaceOption);
  const { server, consents } = await named(values.workspace, positionals);
  await switchOff(server, consents);
  forgetLogin(server, consents.project, { home: stateHome(), env: process.env });
  say(`${server.name} is disabled for ${consents.project}, and its login is forgotten.`);
  return exitCode.done;
}

/** Shows the page where the user logs in, and waits until they did. */
export async function login(argv: string[]): Promise<number> {
  const { values, positionals } = parse(argv, workspaceOption);
  const { server, consents } = await named(values.workspace, positionals);
  const { name, entry } = server;
  if (entry.type === 'stdio') throw usage(`${name} is a program in the sandbox: there is nothing to log in to.`);
  return interruptible(async (signal) => {
    if (!(await isEnabled(server, consents, atTerminal, signal))) {
      throw new AgentError('server-refused', `${name} is not enabled.`, `Run "cofferdam mcp enable ${name}" first.`);
    }
    forgetLogin(server, consents.project, { home: stateHome(), env: process.env });
    const connection = connectionTo(server, consents, consents.project, {
      home: stateHome(),
      env: process.env,
      signal,
      ask: atTerminal,
      onNotice: say,
      openUrl: (url) => say(`To log in to ${name}, open ${url}`),
      start: () => {
        throw new Error('Not a program.');
      },
    });
    const connected = await connectServer(connection, signal);
    say(`Logged in to ${name}; it offers ${connected.tools.length} tools.`);
    await connected.close();
    return exitCode.done;
  });
}

async function look(folder: string) {
  const workspace = await existingFolder(folder);
  const home = stateHome();
  return { ...findServers({ home, workspace }), consents: new Consents(home, projectRoot(workspace)) };
}

async function named(
  workspace: string,
  positionals: readonly string[],
): Promise<{ server: FoundServer; consents: Consents }> {
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0) throw usage('Name one server.');
  const { servers, notices, consents } = await look(workspace);
  const server = servers.find((one) => one.name === name);
  if (server) return { server, consents };
  for (const notice of notices) say(notice);
  const known = servers.map((one) => one.name).join(', ') || 'none';
  throw new AgentError(
    'usage',
    `No mcp.json names a server ${JSON.stringify(name)} that can be used. Those that can: ${known}.`,
    'docs/third-party.md says where the files are.',
  );
}

const agreed: AskAboutServer = async () => ({ allowed: true });

/** Nobody is asked where nobody sits. */
const atTerminal: AskAboutServer = async (question, signal) => {
  process.stderr.write(`${printable(questionText(question))}\n`);
  if (!process.stdin.isTTY) return { allowed: false };
  const reader = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  const close = () => reader.close();
  signal.addEventListener('abort', close, { once: true });
  process.stderr.write('[y]es or [n]o: ');
  const answer = await new Promise<string>((resolve) => {
    reader.once('line', resolve).once('close', () => resolve(''));
  });
  signal.removeEventListener('abort', close);
  signal.throwIfAborted();
  reader.close();
  return { allowed: /^y(es)?$/i.test(answer.trim()) };
};
