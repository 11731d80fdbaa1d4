// A call written as a rule is.
import { egressCall } from './hosts.js';
import { pathArguments } from './paths.js';
import { parseRuleText } from './rule-text.js';
import { commandTools } from './subject.js';
import type { CallFacts } from './types.js';

/** `tools`: ours, by `server.tool`. Undefined for a tool of ours that there is not. Throws a RangeError for arguments that are not understood. */
export function callOf(
  text: string,
  tools: ReadonlyMap<string, Pick<CallFacts, 'readOnly' | 'outward'>>,
): CallFacts | undefined {
  const { name, detail } = parseRuleText(text);
  if (name === 'host') return egressCall(String(detail));
  const [, server = '', tool = ''] = name.match(/^([\w-]+)\.([\w./-]+)$/) ?? [];
  if (server === '') {
    const facts = tools.get('commands.run_command') ?? { readOnly: false, outward: false };
    return { server: 'commands', tool: 'run_command', input: { command: text }, ...facts, ours: true };
  }
  const input = typeof detail === 'object' ? detail : inputFor(name, detail);
  const facts = tools.get(name);
  if (facts) return { server, tool, input, ...facts, ours: true };
  const ours = [...tools.keys()].some((known) => known.startsWith(`${server}.`));
  return ours ? undefined : { server, tool, input, readOnly: false, outward: true, ours: false };
}

function inputFor(name: string, detail: string | undefined): Record<string, unknown> {
  if (detail === undefined) return {};
  if (commandTools.some((tool) => name === `commands.${tool}`)) return { command: detail };
  const { keys } = Object.hasOwn(pathArguments, name) ? (pathArguments[name] ?? { keys: [] }) : { keys: [] };
  return Object.fromEntries(keys.map((key) => [key, detail]));
}
