import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { createServer } from '../kit/index.js';
import { listCommandsTool, readOutputTool, sendInputTool, startCommandTool, stopCommandTool } from './background.js';
import { type CommandsServerOptions, CommandTable } from './command-table.js';
import { runCommandTool } from './run-command.js';

/** Runs shell commands with `runner`. Closing the server kills all that still run; the runner stays the caller's. */
export function createCommandsServer(options: CommandsServerOptions): Server {
  const table = new CommandTable(options);
  const server = createServer({
    name: 'commands',
    version: '0.1.0',
    instructions:
      'Shell commands in the sandbox, in a copy of the workspace and without network. run_command waits for the end; start_command, read_output, send_input and stop_command are for what runs on.',
    tools: [runCommandTool, startCommandTool, readOutputTool, sendInputTool, stopCommandTool, listCommandsTool].map(
      (tool) => tool(table),
    ),
  });
  server.onclose = () => table.close();
  return server;
}
