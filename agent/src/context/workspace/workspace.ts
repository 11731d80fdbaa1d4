// The session's copy of the workspace, as far as the context reads it. All that it answers was written by others.
import * as z from 'zod';
import type { Toolbox, ToolOutcome } from '../../mcp/index.js';

export interface Workspace {
  /** At most about 48 kB of a text file; null where there is none. */
  read(path: string): Promise<string | null>;
  /** The names in a folder, those of folders with a slash behind them; none where there is no such folder. */
  list(folder: string): Promise<string[]>;
  /** Up to 500 paths, sorted, from `offset` on, of files that are not ignored, and how many there are in all. */
  find(pattern: string, offset?: number): Promise<{ paths: string[]; total: number }>;
  /** The branch that is checked out; null where none is. */
  branch(): Promise<string | null>;
}

const listing = z.object({ entries: z.array(z.object({ name: z.string(), kind: z.string() })) });
const found = z.object({ paths: z.array(z.string()), total: z.int() });
const branches = z.object({ current: z.string().nullable() });

/** Through the files and git servers; what they refuse, or do not offer, is not there. */
export function workspaceOf(toolbox: Toolbox, signal: AbortSignal): Workspace {
  async function call(server: string, tool: string, input: Record<string, unknown>): Promise<ToolOutcome | undefined> {
    const info = toolbox.tools.find((one) => one.ours && one.server === server && one.tool === tool);
    if (!info) return undefined;
    const outcome = await toolbox.call(info.name, input, { id: 'context', signal, onOutput() {} });
    return outcome.isError ? undefined : outcome;
  }
  return {
    async read(path) {
      const outcome = await call('files', 'read_file', { path });
      const [block, ...more] = outcome?.content ?? [];
      return block?.type === 'text' && more.length === 0 ? withoutNumbers(block.text) : null;
    },
    async list(path) {
      const { data } = listing.safeParse((await call('files', 'list_directory', { path }))?.structured);
      return data?.entries.map(({ name, kind }) => (kind === 'directory' ? `${name}/` : name)) ?? [];
    },
    async find(pattern, offset = 0) {
      const { data } = found.safeParse((await call('files', 'glob', { pattern, offset }))?.structured);
      return data ?? { paths: [], total: 0 };
    },
    async branch() {
      return branches.safeParse((await call('git', 'git_branches', { limit: 1 }))?.structured).data?.current ?? null;
    },
  };
}

/** `read_file` numbers lines; what it adds beside them has no number. */
function withoutNumbers(page: string): string {
  return [...page.matchAll(/^\d+\t(.*)$/gm)].map(([, line]) => `${line}\n`).join('');
}
