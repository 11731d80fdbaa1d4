// The `cofferdam` command. Each subcommand is loaded when it is called for, so that none pays for another.
import { type Command, exitCode } from './cli/command.js';
import { Interrupted } from './cli/interrupt.js';
import { AgentError, explain, isExpected } from './errors.js';
import { printable } from './render/text.js';

const commands: Record<string, { summary: string; load(): Promise<Command> }> = {
  run: { summary: 'have the model do a task', load: async () => (await import('./cli/run.js')).command },
  sessions: {
    summary: 'list, search, show, resume, rewind, fork, export or delete them',
    load: async () => (await import('./cli/sessions.js')).command,
  },
  acp: { summary: 'the agent for editors', load: async () => (await import('./cli/acp.js')).command },
  sandbox: { summary: 'the sandbox without a model', load: async () => (await import('./cli/sandbox.js')).command },
  mcp: { summary: 'one tool server over stdio', load: async () => (await import('./cli/mcp.js')).command },
  policy: {
    summary: 'what the agent may do, and which line says so',
    load: async () => (await import('./cli/policy.js')).command,
  },
  audit: {
    summary: 'what was done, and whether its record is whole',
    load: async () => (await import('./cli/audit.js')).command,
  },
  tools: { summary: 'list every tool', load: async () => (await import('./cli/tools.js')).command },
  doctor: {
    summary: 'what is missing on this machine',
    load: async () => ({ run: (await import('./doctor/command.js')).doctorCommand }),
  },
};

const help = `Usage: cofferdam SUBCOMMAND [options]

${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}`)
  .join('\n')}

"cofferdam SUBCOMMAND --help" says more. Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.`;

async function main([name = '', ...argv]: string[]): Promise<number> {
  if (name === '--help' || name === '-h' || name === 'help') return print(help);
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!entry)
    throw new AgentError('usage', name ? `There is no subcommand ${name}.` : 'Name a subcommand.', 'See --help.');
  const command = await entry.load();
  const end = argv.indexOf('--');
  const own = end === -1 ? argv : argv.slice(0, end);
  const wanted = own.includes('--help') || own.includes('-h');
  return wanted && command.help !== undefined ? print(command.help) : command.run(argv);
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return exitCode.done;
}

function report(error: unknown): number {
  if (error instanceof Interrupted) return exitCode.interrupted;
  const text = isExpected(error) ? explain(error) : ((error as Error).stack ?? String(error));
  process.stderr.write(`cofferdam: ${printable(text)}\n`);
  return error instanceof AgentError && error.code === 'usage' ? exitCode.usage : exitCode.failed;
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever read our output has gone, as in "cofferdam ... | head".
  if (error.code === 'EPIPE') process.exit(exitCode.failed);
  throw error;
});

process.exitCode = await main(process.argv.slice(2)).catch(report);
