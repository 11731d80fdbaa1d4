// The tools for commands that run on while the model does something else.
import * as z from 'zod';
import { defineTool, readOnly, type Tool } from '../kit/index.js';
import type { Command } from './command.js';
import type { CommandTable } from './command-table.js';
import { commandInput, executing } from './options.js';
import { describeState, notKept, sayState, stateSchema } from './report.js';
import { cleanTerminal, unfinishedLength } from './terminal.js';

const id = z.string();

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGKILL', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;
/** How long stop_command waits for the end, and start_command for an early failure. */
const GRACE_MS = 2_000;
const EARLY_MS = 200;

export function startCommandTool(table: CommandTable): Tool {
  return defineTool({
    name: 'start_command',
    title: 'Start command',
    description: 'Start a shell command in the background, such as a server. Answers its id at once.',
    input: z.object({
      ...commandInput,
      stdin: z.boolean().default(false).describe('Keep its input open for send_input'),
    }),
    output: z.object(stateSchema),
    annotations: executing,
    async run({ command: line, cwd, stdin }, { signal }) {
      const command = await table.start({ command: line, cwd, stdin });
      await settled(command, EARLY_MS, signal);
      throwFailure(command);
      return { text: `${sayState(command)}. Read it with read_output.`, structured: describeState(command) };
    },
  });
}

export function readOutputTool(table: CommandTable): Tool {
  return defineTool({
    name: 'read_output',
    title: 'Read command output',
    description: 'Output of a running or ended command from a position on. Pass next as since to read on.',
    input: z.object({
      id,
      since: z.int().min(0).default(0),
      stream: z.enum(['both', 'stdout', 'stderr']).default('both'),
      wait_seconds: z.number().min(0).max(60).default(0).describe('Wait that long for output or the end'),
      limit: z.int().min(100).max(50_000).default(20_000).describe('Characters'),
    }),
    output: z.object({ ...stateSchema, output: z.string(), next: z.int(), dropped: z.int(), more: z.boolean() }),
    annotations: readOnly,
    async run({ id, since, stream, wait_seconds, limit }, { signal }) {
      const command = table.get(id);
      if (wait_seconds > 0) await command.waitBeyond(since, wait_seconds * 1000, signal);
      const read = command.output.read(since, limit, stream === 'both' ? undefined : stream);
      const wait = command.state.name === 'running' || read.next < command.output.end ? unfinishedLength(read.text) : 0;
      // Half of an escape sequence is left for the next call, unless it is all there is.
      const held = wait < read.text.length ? wait : 0;
      const output = cleanTerminal(read.text.slice(0, read.text.length - held));
      const next = read.next - held;
      const more = read.next < command.output.end;
      const footer = `[${sayState(command)}; next ${next}${more ? ', more to read' : ''}]`;
      return {
        text: `${notKept(read.dropped)}${output}${output === '' || output.endsWith('\n') ? '' : '\n'}${footer}`,
        structured: { ...describeState(command), output, next, dropped: read.dropped, more },
      };
    },
  });
}

export function sendInputTool(table: CommandTable): Tool {
  return defineTool({
    name: 'send_input',
    title: 'Send input to command',
    description: 'Write to the input of a command started with stdin: true. A line ends with \\n.',
    input: z.object({
      id,
      text: z.string().max(65_536).default(''),
      close: z.boolean().default(false).describe('Then end the input'),
    }),
    annotations: executing,
    async run({ id, text, close }) {
      table.get(id).write(text, { close });
      return { text: `Sent ${Buffer.byteLength(text)} bytes to ${id}${close ? ' and closed its input' : ''}.` };
    },
  });
}

export function stopCommandTool(table: CommandTable): Tool {
  return defineTool({
    name: 'stop_command',
    title: 'Stop command',
    description: 'Send a signal to a command. SIGKILL ends every process it started.',
    input: z.object({ id, signal: z.enum(SIGNALS).default('SIGTERM') }),
    output: z.object(stateSchema),
    annotations: { ...executing, idempotentHint: true },
    async run({ id, signal: name }, { signal }) {
      const command = table.get(id);
      command.kill(name);
      await settled(command, GRACE_MS, signal);
      const hint = command.state.name === 'running' && name !== 'SIGKILL' ? ' If it should end now, use SIGKILL.' : '';
      return { text: `${sayState(command)}.${hint}`, structured: describeState(command) };
    },
  });
}

export function listCommandsTool(table: CommandTable): Tool {
  return defineTool({
    name: 'list_commands',
    title: 'List commands',
    description: 'The commands that run, and the last that ended.',
    input: z.object({}),
    output: z.object({ commands: z.array(z.object({ ...stateSchema, command: z.string(), output_end: z.int() })) }),
    annotations: readOnly,
    async run() {
      const all = table.list();
      const commands = all.map((one) => ({
        ...describeState(one),
        command: one.line.slice(0, 200).toWellFormed(),
        output_end: one.output.end,
      }));
      const lines = all.map((one) => `${sayState(one)}: ${one.line.slice(0, 200).replaceAll('\n', ' ')}`);
      return { text: lines.join('\n') || 'No command was started.', structured: { commands } };
    },
  });
}

/** Waits for the end, but no longer than `ms`. */
function settled(command: Command, ms: number, signal: AbortSignal): Promise<void> {
  return command.waitBeyond(Number.POSITIVE_INFINITY, ms, signal);
}

function throwFailure({ state }: Command): void {
  if (state.name === 'failed') throw state.error;
}
