// Calls as they are written on a command line.
import { type CallFacts, callOf, nearest } from '../policy/index.js';
import { usage } from './command.js';
import { allTools } from './tools.js';

/** `npm test`, `commands.run_command: npm test`, `gitlab.create_note`, `weather.get_forecast: { city: Berlin }`. Throws AgentError `usage`. */
export async function callFrom(text: string): Promise<CallFacts> {
  const tools = await ownTools();
  const call = readCall(text, tools);
  if (call) return call;
  const name = text.match(/^[^\s:]+/)?.[0] ?? '';
  throw usage(`${text}: ${noSuchTool(name, [...tools.keys()])}`);
}

function readCall(text: string, tools: Awaited<ReturnType<typeof ownTools>>): CallFacts | undefined {
  try {
    return callOf(text, tools);
  } catch (error) {
    throw error instanceof RangeError ? usage(error.message) : error;
  }
}

/** Rules about tools of ours that there are not: they would never match. */
export async function misnamed<Named extends { text: string }>(
  rules: readonly Named[],
): Promise<{ rule: Named; why: string }[]> {
  const names = [...(await ownTools()).keys()];
  const servers = new Set(names.map(serverOf));
  return rules.flatMap((rule) => {
    const [name = ''] = rule.text.match(/^[^\s:]+/) ?? [];
    const isOurs = servers.has(serverOf(name));
    return isOurs && !name.includes('*') && !names.includes(name) ? [{ rule, why: noSuchTool(name, names) }] : [];
  });
}

function serverOf(name: string): string {
  return name.replace(/\..*/s, '');
}

function noSuchTool(name: string, names: readonly string[]): string {
  const meant = nearest(name, names);
  return `there is no tool ${name}${meant === undefined ? '.' : `; did you mean ${meant}?`}`;
}

/** By `server.tool`. The agent has one GitLab server, whatever the families' own are called. */
async function ownTools(): Promise<Map<string, Pick<CallFacts, 'readOnly' | 'outward'>>> {
  const tools = await allTools();
  return new Map(
    tools.map(({ server, name, annotations }) => [
      `${server.replace(/^gitlab-.*/, 'gitlab')}.${name}`,
      { readOnly: annotations.readOnlyHint === true, outward: annotations.openWorldHint !== false },
    ]),
  );
}
