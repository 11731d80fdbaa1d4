// A sandbox: the copy of one workspace and the pod that works on it.
import { join } from 'node:path';
import { Duplex, type Readable } from 'node:stream';
import { type ApplyReport, applyChanges, recoverApplies } from './apply/index.js';
import { WorkspaceReader } from './changes/reader.js';
import type { Change, ChangeSet } from './changes/types.js';
import type { ContainerInfo, Engine } from './engine/engine.js';
import { discard } from './engine/multiplex.js';
import { SandboxError } from './errors.js';
import { CommandContainer } from './exec/command-container.js';
import type { CommandRunner, ExecOptions, Execution } from './exec/types.js';
import {
  type CopyMode,
  podNames,
  readerCommand,
  removePod,
  restartCommands,
  serverCommand,
  startPod,
} from './pod/pod.js';

export interface SandboxInfo {
  id: string;
  /** The workspace's root on the host: the repository's top folder. */
  workspace: string;
  /** The folder the user opened, relative to the root; '' for the root itself. Commands start there. */
  folder: string;
  image: string;
  /** ISO 8601. */
  createdAt: string;
  state: 'running' | 'stopped';
}

/** What is written on a sandbox's containers and volumes, so that any process finds them again. */
export interface SandboxLabels {
  id: string;
  workspace: string;
  folder: string;
  image: string;
  copy: CopyMode;
  layers: number;
  createdAt: string;
}

export class Sandbox implements CommandRunner {
  readonly id: string;
  readonly info: SandboxInfo;
  readonly #engine: Engine;
  readonly #labels: SandboxLabels;
  readonly #home: string;
  readonly #commands: CommandContainer;
  #reader: Promise<WorkspaceReader> | undefined;

  constructor(engine: Engine, labels: SandboxLabels, home: string) {
    const { id, workspace, folder, image, createdAt } = labels;
    this.id = id;
    this.info = { id, workspace, folder, image, createdAt, state: 'running' };
    this.#engine = engine;
    this.#labels = labels;
    this.#home = home;
    this.#commands = new CommandContainer({
      engine,
      name: podNames(id).command,
      folder,
      restart: () => restartCommands(engine, id),
    });
  }

  exec(argv: readonly string[], options?: ExecOptions): Execution {
    return this.#commands.exec(argv, options);
  }

  /** Starts a tool server inside the tools container and speaks MCP's stdio transport with it. Ending the stream ends it. */
  async serve(server: 'files' | 'git'): Promise<Duplex> {
    const { input, output, diagnostics } = await this.#engine.attach(podNames(this.id).tools, serverCommand(server));
    discard(diagnostics);
    return Duplex.from({ writable: input, readable: output });
  }

  /** What the session changed so far, by default without files that Git ignores. */
  async changes(options: { includeIgnored?: boolean } = {}): Promise<ChangeSet> {
    return (await this.#read()).changes(options);
  }

  /** The changes (or those to `paths`) as one patch for `git apply`. */
  async patch(paths?: readonly string[]): Promise<Readable> {
    return (await this.#read()).patch(paths);
  }

  /** The content of a file as it is in the copy now ('new') or as it was in the workspace ('old'); of a link, its target. */
  async read(path: string, side: 'old' | 'new'): Promise<Readable> {
    return (await this.#read()).read(path, side);
  }

  /**
   * Writes the session's changes, or those to `paths`, to the workspace. What moved underneath is left alone and
   * reported. Throws `change-unknown` when a path did not change.
   */
  async apply(paths?: readonly string[]): Promise<ApplyReport> {
    await recoverApplies(journalFolder(this.#home));
    const { changes } = await this.changes({ includeIgnored: paths !== undefined });
    return applyChanges({
      workspaceRoot: this.info.workspace,
      changes: paths ? select(changes, paths) : changes,
      read: (path) => this.read(path, 'new'),
      journalDir: journalFolder(this.#home),
    });
  }

  /** Lets go of the sandbox, which goes on; commands started through this object end. */
  async detach(): Promise<void> {
    await this.#commands.detach();
    const reader = await this.#reader?.catch(() => undefined);
    await reader?.close();
    this.#reader = undefined;
  }

  /** Removes containers and volumes; what was not applied is lost. */
  async close(): Promise<void> {
    await this.detach();
    await removePod(this.#engine, this.id);
  }

  /** The resident reader, started on first use and again after it was lost. */
  #read(): Promise<WorkspaceReader> {
    this.#reader ??= this.#startReader();
    return this.#reader;
  }

  async #startReader(): Promise<WorkspaceReader> {
    try {
      await startPod(this.#engine, this.id);
      const command = readerCommand(this.#labels.copy, this.#labels.layers);
      const { input, output, diagnostics } = await this.#engine.attach(podNames(this.id).tools, command);
      discard(diagnostics);
      const lost = () => {
        this.#reader = undefined;
      };
      output.once('close', lost);
      return new WorkspaceReader({ input, output });
    } catch (error) {
      this.#reader = undefined;
      throw error;
    }
  }
}

export function journalFolder(home: string): string {
  return join(home, 'applies');
}

function select(changes: readonly Change[], paths: readonly string[]): Change[] {
  const byPath = new Map(changes.map((change) => [change.path, change]));
  return paths.map((path) => {
    const change = byPath.get(path);
    if (change) return change;
    throw new SandboxError(
      'change-unknown',
      `${JSON.stringify(path)} is not among the changes.`,
      'Use a path that `cofferdam sandbox changes` lists.',
    );
  });
}

const PREFIX = 'cofferdam.';

/** On everything that belongs to a sandbox. */
export const SANDBOX_KIND = { [`${PREFIX}kind`]: 'sandbox' };

export function writeLabels(labels: SandboxLabels): Record<string, string> {
  const entries = Object.entries(labels).map(([key, value]) => [`${PREFIX}${key}`, String(value)]);
  return { ...SANDBOX_KIND, ...Object.fromEntries(entries) };
}

export function readLabels({ labels }: Pick<ContainerInfo, 'labels'>): SandboxLabels {
  const label = (key: keyof SandboxLabels) => labels[`${PREFIX}${key}`] ?? '';
  return {
    id: label('id'),
    workspace: label('workspace'),
    folder: label('folder'),
    image: label('image'),
    copy: label('copy') === 'plain' ? 'plain' : 'overlay',
    layers: Number(label('layers')),
    createdAt: label('createdAt'),
  };
}
