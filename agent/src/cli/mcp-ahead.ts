// `cofferdam mcp NAME --ahead`: for the agent, which starts servers before it knows what they are to work on. The first line
// of the input says it; what comes after the line is the server's.
import { once } from 'node:events';
import { connectEngine } from '@cofferdam/sandbox';
import * as z from 'zod';
import { argumentsMethod } from '../agent/index.js';
import { usage } from './command.js';

const lineSchema = z.object({
  method: z.literal(argumentsMethod),
  params: z.object({ arguments: z.array(z.string()) }),
});

/** Undefined when the input ended: it is not needed. Throws AgentError `usage` for another line. */
export async function argumentsFromInput(): Promise<string[] | undefined> {
  void connectEngine().catch(() => {}); // loads what that takes; whoever needs the engine will say what is wrong with it
  const line = await firstLine();
  if (line === undefined) return undefined;
  try {
    return lineSchema.parse(JSON.parse(line)).params.arguments;
  } catch {
    throw usage('--ahead waits for a line with the other arguments: it is for "cofferdam acp".');
  }
}

/** Puts back what was read beyond the line. */
async function firstLine(): Promise<string | undefined> {
  const { stdin } = process;
  let read = Buffer.alloc(0);
  while (!read.includes('\n')) {
    const chunk: Buffer | null = stdin.read();
    if (chunk) read = Buffer.concat([read, chunk]);
    else if (stdin.readableEnded) return undefined;
    else await Promise.race([once(stdin, 'readable'), once(stdin, 'end')]);
  }
  const end = read.indexOf('\n') + 1;
  if (end < read.length) stdin.unshift(read.subarray(end));
  return read.toString('utf8', 0, end);
}
