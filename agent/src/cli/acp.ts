// The agent for editors. Starts the keeper of the first session's sandbox, and only then loads what serves the editor.
import { startAhead } from '../agent/index.js';
import { stateHome } from '../home.js';
import { type Command, exitCode, parse, say, usage } from './command.js';

export const command: Command = {
  help: `Usage: cofferdam acp

The agent, for any editor that speaks the Agent Client Protocol: over stdin and stdout, until the input ends.
docs/acp.md says how to name it in Zed, in JetBrains' editors, in Neovim and on the command line.`,

  async run(argv) {
    const { positionals } = parse(argv, {});
    if (positionals.length > 0) throw usage('cofferdam acp takes no arguments.');
    if (process.stdin.isTTY)
      say('This speaks the Agent Client Protocol, for editors: see docs/acp.md. Ctrl-C ends it.');
    const home = stateHome();
    const keeper = startAhead('sandbox', home, process.env);
    const { serveAgent } = await import('./acp-serve.js');
    await serveAgent(home, keeper);
    return exitCode.done;
  },
};
