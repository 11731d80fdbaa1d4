// What stands between a server and the model: which tools are offered, and how the server's words are passed on.
import type { CallToolResult, Tool } from '@modelcontextprotocol/sdk/types.js';
import { toResultBlocks } from './content.js';
import type { ToolOutcome } from './types.js';

export interface Listing {
  instructions: string;
  tools: readonly Tool[];
}

export interface Gate {
  readonly instructions: string;
  readonly tools: readonly Tool[];
  /** Takes what a server offers when it starts. Throws AgentError when it may not be used; then it is left out. */
  admit(listing: Listing, signal: AbortSignal): Promise<void>;
  /** Takes what it offers after it said that this changed. Asks nobody before it returns. */
  relist(tools: readonly Tool[]): void;
  /** Why the tool may not be called, undefined when it may. */
  objection(tool: string): string | undefined;
  /** A result, as the model may see it. */
  outcome(tool: string, result: CallToolResult): ToolOutcome;
  /** Words of the server within a sentence of ours. */
  quote(text: string): string;
}

const errorKey = 'cofferdam/error';

/** For servers of ours: they fence what comes from outside themselves. */
export class OwnGate implements Gate {
  instructions = '';
  tools: readonly Tool[] = [];

  async admit({ instructions, tools }: Listing): Promise<void> {
    this.instructions = instructions;
    this.tools = tools;
  }

  relist(tools: readonly Tool[]): void {
    this.tools = tools;
  }

  objection(): undefined {
    return undefined;
  }

  outcome(_: string, { content, isError = false, structuredContent, _meta }: CallToolResult): ToolOutcome {
    const errorCode = _meta?.[errorKey];
    return {
      content: toResultBlocks(content),
      isError,
      ...(structuredContent !== undefined && { structured: structuredContent }),
      ...(typeof errorCode === 'string' && { errorCode }),
    };
  }

  quote(text: string): string {
    return text.trim();
  }
}
