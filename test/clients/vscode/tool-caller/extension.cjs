// Asks for `TOOL {"its": "arguments"}`, calls it, and adds a line to the file that TOOL_CALLER_LOG names.
const { appendFileSync } = require('node:fs');
const { commands, lm, window } = require('vscode');

exports.activate = ({ subscriptions }) => {
  subscriptions.push(commands.registerCommand('toolCaller.call', call));
};

async function call() {
  const [, name, input] = (await window.showInputBox({ prompt: 'Tool and arguments' })).match(/^(\S+) (.*)$/);
  const said = await lm.invokeTool(name, { input: JSON.parse(input), toolInvocationToken: undefined }).then(
    ({ content }) => content.map(({ value }) => value).join('\n'),
    (error) => `failed: ${error.message}`,
  );
  const ours = lm.tools.filter((tool) => tool.name.startsWith('mcp_')).length;
  appendFileSync(process.env.TOOL_CALLER_LOG, `${JSON.stringify({ name, ours, said })}\n`);
}
