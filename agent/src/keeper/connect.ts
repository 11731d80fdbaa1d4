// Starts the keeper's process and speaks with it.
import { keeperContract } from '@cofferdam/mcp-servers/sandbox';
import { AgentError } from '../errors.js';
import { connectServer, type ServerConnection, type ToolOutcome } from '../mcp/index.js';
import type { Keeper, KeeperInput, KeeperOutput, KeeperTool } from './keeper.js';

/** What the keeper could not do. */
class KeeperError extends AgentError {
  /** As the keeper calls it: `sandbox-not-found`, `engine-unreachable`, ... */
  readonly toolCode: string;

  constructor(toolCode: string, message: string, remedy: string) {
    super('keeper', message, remedy);
    this.toolCode = toolCode;
  }
}

export interface ConnectOptions {
  signal: AbortSignal;
  /** How far an opening is, in words for people. */
  onProgress(text: string): void;
}

/** Throws AgentError `server-failed`. */
export async function connectKeeper(
  connection: ServerConnection,
  { signal, onProgress }: ConnectOptions,
): Promise<Keeper> {
  const server = await connectServer(connection, signal);
  let calls = 0;

  async function ask<Tool extends KeeperTool>(tool: Tool, input: KeeperInput<Tool>): Promise<KeeperOutput<Tool>> {
    calls += 1;
    const id = `keeper-${calls}`;
    const outcome = await server.call(tool, { ...input }, { id, signal, onOutput: onProgress });
    signal.throwIfAborted();
    if (outcome.isError) throw failure(outcome);
    const output = keeperContract[tool].output.safeParse(outcome.structured);
    if (output.success) return output.data as KeeperOutput<Tool>;
    throw new KeeperError(
      'protocol',
      `The keeper's answer to ${tool} is not as agreed.`,
      'Update Cofferdam as a whole.',
    );
  }

  return {
    get isLost() {
      return !server.isAlive;
    },
    open: (options) => ask('open', options),
    attach: (id) => ask('attach', { id }),
    changes: ({ includeIgnored = false } = {}) => ask('changes', { include_ignored: includeIgnored }),
    patch: ({ paths, maxBytes }) => ask('patch', { ...(paths && { paths }), max_bytes: maxBytes }),
    read: ({ path, side, maxBytes }) => ask('read', { path, side, max_bytes: maxBytes }),
    apply: (paths) => ask('apply', { ...(paths && { paths }) }),
    checkpoint: (name) => ask('checkpoint', { name }),
    restore: (name) => ask('restore', { name }),
    fork: (name, checkpoints) => ask('fork', { name, checkpoints }),
    close: async () => void (await ask('close', {})),
    detach: () => server.close(),
  };
}

/** A result's text is the message, and what to do on its last line. */
function failure({ content, errorCode }: ToolOutcome): KeeperError {
  const text = content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
  const lines = text.split('\n');
  if (errorCode === undefined)
    return new KeeperError('lost', text, 'Try again; "cofferdam doctor" says what is missing.');
  return new KeeperError(errorCode, lines.slice(0, -1).join('\n'), lines.at(-1) ?? '');
}
