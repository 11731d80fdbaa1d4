// What the model is told of a third-party server's tools: bounded, and with nothing hidden in it.
import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import { cleanSchema } from './json-schema.js';
import { plain, shown } from './words.js';

const maxTools = 128;
const maxDescription = 4_000;
const maxTitle = 100;
/** The characters that the protocol names for tools. */
const toolName = /^[A-Za-z0-9_./-]{1,128}$/;

export interface Cleaned {
  tools: Tool[];
  /** For people: which tools are left out, and why. */
  problems: string[];
}

export function cleanTools(server: string, raw: readonly Tool[]): Cleaned {
  const tools = new Map<string, Tool>();
  const problems: string[] = [];
  for (const tool of raw.slice(0, maxTools)) {
    const cleaned = clean(server, tool);
    const problem = 'problem' in cleaned ? cleaned.problem : tools.has(tool.name) ? 'there are two of it' : undefined;
    if (problem === undefined && 'tool' in cleaned) tools.set(tool.name, cleaned.tool);
    else problems.push(`The tool ${JSON.stringify(plain(tool.name, 60))} of ${server} is left out: ${problem}.`);
  }
  if (raw.length > maxTools) {
    problems.push(`${server} has ${raw.length} tools; all after the first ${maxTools} are left out.`);
  }
  return { tools: [...tools.values()], problems };
}

function clean(server: string, { name, title, description = '', inputSchema, annotations }: Tool) {
  if (!toolName.test(name)) return { problem: 'its name has other characters than letters, digits and _-./' };
  const schema = cleanSchema(inputSchema);
  if ('problem' in schema) return { problem: plain(schema.problem) };
  const label = title ?? annotations?.title;
  const { readOnlyHint } = annotations ?? {};
  const tool: Tool = {
    name,
    ...(label !== undefined && { title: plain(label, maxTitle) }),
    description: `Of the third-party server ${server}, which says about it: ${shown(description, maxDescription)}`,
    inputSchema: schema.schema,
    // Whatever it says about itself: it is no part of the sandbox.
    annotations: { ...(readOnlyHint !== undefined && { readOnlyHint }), openWorldHint: true },
  };
  return { tool };
}
