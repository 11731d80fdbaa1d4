import * as z from 'zod';
import { defineTool, type Tool, ToolError } from '../kit/index.js';
import type { Command } from './command.js';
import type { CommandTable } from './command-table.js';
import { showLive } from './live.js';
import { commandInput, executing } from './options.js';
import { describeState, sayState, stateSchema, summarize } from './report.js';

export function runCommandTool(table: CommandTable): Tool {
  return defineTool({
    name: 'run_command',
    title: 'Run command',
    description:
      'Run a shell command and wait until it and every process it started have ended. For servers and watchers use start_command. It gets no input. A failing command is a result, not an error.',
    input: z.object({
      ...commandInput,
      timeout_seconds: z.int().min(1).max(3600).default(120).describe('Then all of it is killed'),
    }),
    output: z.object({
      ...stateSchema,
      stdout: z.string(),
      stderr: z.string(),
      stdout_cut: z.int().describe('Characters left out'),
      stderr_cut: z.int(),
    }),
    annotations: executing,
    async run({ command: line, cwd, timeout_seconds }, { signal, progress }) {
      const command = await table.start({ command: line, cwd, timeout: timeout_seconds, signal });
      {
        using _ = showLive(command, progress);
        await command.ended;
      }
      const stdout = summarize(command, 'stdout');
      const stderr = summarize(command, 'stderr');
      if (command.state.name === 'failed') throw failure(command, stdout.text + stderr.text);
      const sections = [
        sayState(command),
        ...(stdout.text ? [`--- stdout\n${stdout.text}`] : []),
        ...(stderr.text ? [`--- stderr\n${stderr.text}`] : []),
      ];
      return {
        text: sections.map((section) => section.trimEnd()).join('\n'),
        structured: {
          ...describeState(command),
          stdout: stdout.text,
          stderr: stderr.text,
          stdout_cut: stdout.cut,
          stderr_cut: stderr.cut,
        },
      };
    },
  });
}

/** What the sandbox said, with what the command wrote before. */
function failure({ state }: Command, written: string): Error {
  if (state.name !== 'failed') throw new TypeError('only for commands that failed');
  const { error } = state;
  if (written === '' || !('code' in error)) return error;
  const message = `${error.message} It had written:\n${written}`;
  return new ToolError(String(error.code), message, error.remedy ?? '', { cause: error });
}
