// Instructions of folders, told to the model when it first works in one.
import type { ToolInfo } from '../../mcp/index.js';
import type { OpenCall, Session } from '../../session/index.js';
import { fenceText } from '../results/index.js';
import { nestedNote, type Told } from '../told.js';
import type { Workspace } from '../workspace/index.js';
import { foldersOf, type Instructions, instructionsIn } from './files.js';

/** Their `path` may be a folder. */
const folderTools = new Set(['glob', 'grep', 'tree', 'list_directory']);

export interface NestedOptions {
  session: Session;
  workspace: Workspace;
  told: Told;
  /** Folders whose instructions the system prompt holds. */
  known: readonly string[];
}

export class NestedInstructions {
  readonly #options: NestedOptions;
  readonly #lookups = new Map<string, Promise<Instructions | undefined>>();

  constructor(options: NestedOptions) {
    this.#options = options;
  }

  /** Tells what holds where this call went. The session delivers it after the results of all calls that are open. */
  async meet({ server, tool, ours }: ToolInfo, { input }: OpenCall): Promise<void> {
    if (!ours || server !== 'files') return;
    const { session, told, known } = this.#options;
    const paths = ['path', 'from', 'to'].flatMap((key) => (typeof input[key] === 'string' ? [input[key]] : []));
    const folders = paths.flatMap((path) => foldersOf(path, { itself: folderTools.has(tool) }));
    const looked = folders.filter((folder) => !known.includes(folder)).map((folder) => this.#lookUp(folder));
    for (const file of await Promise.all(looked)) {
      if (!file) continue;
      const note = nestedNote(file.path);
      if (!told.isNews(note)) continue;
      const text = `${note}\n${fenceText(file.path, file.text)}`;
      const block = { type: 'resource', uri: `cofferdam:workspace/${file.path}`, name: file.path, text } as const;
      session.record({ kind: 'message', from: 'cofferdam', content: [block] });
    }
  }

  #lookUp(folder: string): Promise<Instructions | undefined> {
    const known = this.#lookups.get(folder);
    if (known) return known;
    const lookup = instructionsIn(this.#options.workspace, folder);
    this.#lookups.set(folder, lookup);
    return lookup;
  }
}
