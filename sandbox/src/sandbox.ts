// A sandbox: the copy of one workspace and the pod that works on it.
import { Duplex, type Readable } from 'node:stream';
import * as z from 'zod';
import { type ApplyReport, appliedBy, type ChangesOptions, Review } from './apply/index.js';
import { parseJson } from './changes/protocol.js';
import { WorkspaceReader } from './changes/reader.js';
import type { ChangeSet } from './changes/types.js';
import {
  type CheckpointReport,
  CheckpointStore,
  type Copy,
  makeCheckpoint,
  type RestoreReport,
  restoreCheckpoint,
} from './checkpoint/index.js';
import type { ContainerInfo, Engine } from './engine/engine.js';
import { discard } from './engine/multiplex.js';
import { CommandContainer } from './exec/command-container.js';
import type { CommandRunner, ExecOptions, Execution } from './exec/types.js';
import {
  type CopyMode,
  podNames,
  readerCommand,
  removePod,
  restartCommands,
  restoreCommand,
  serverCommand,
  startPod,
} from './pod/pod.js';
import type { Layers } from './snapshot/snapshot.js';

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
  /** The snapshot's layers, as `writeStack` has them; '' on sandboxes of versions that did not say. */
  stack: string;
  createdAt: string;
}

export interface CheckpointName {
  /** On the host; made where it is missing. */
  folder: string;
  /** Letters, digits, dots, dashes and underscores. */
  name: string;
}

export class Sandbox implements CommandRunner {
  readonly id: string;
  readonly info: SandboxInfo;
  readonly #engine: Engine;
  readonly #labels: SandboxLabels;
  readonly #home: string;
  readonly #commands: CommandContainer;
  readonly #review: Review;
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
    this.#review = new Review({ sandbox: id, workspaceRoot: workspace, home, reader: () => this.#read() });
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

  /** What the session has and the workspace, after what was applied, has not; by default without files that Git ignores. */
  async changes(options?: ChangesOptions): Promise<ChangeSet> {
    return this.#review.changes(options);
  }

  /** The changes (or those to `paths`) as one patch for `git apply`. */
  async patch(paths?: readonly string[]): Promise<Readable> {
    return this.#review.patch(paths);
  }

  /**
   * The content of a file as it is in the copy now ('new'), or as it was applied or, where it was not, as it was in the
   * workspace at the start ('old'); of a link, its target.
   */
  async read(path: string, side: 'old' | 'new'): Promise<Readable> {
    return this.#review.read(path, side);
  }

  /**
   * Writes the session's changes, or those to `paths`, to the workspace. What moved underneath is left alone and
   * reported. Throws `change-unknown` when a path did not change.
   */
  async apply(paths?: readonly string[]): Promise<ApplyReport> {
    return this.#review.apply(paths);
  }

  /**
   * Keeps the state of the copy in a folder of the host, so that it can come back: what Git ignores, modes, empty
   * folders and Git's own data included. Nothing that runs is stopped. Costs grow with what changed since the last
   * checkpoint in that folder. One process at a time may use a folder. Throws as `makeCheckpoint` does.
   */
  async checkpoint({ folder, name }: CheckpointName): Promise<CheckpointReport> {
    return makeCheckpoint(await this.#copy(), new CheckpointStore(folder), name);
  }

  /** Brings the copy back to a checkpoint of this or another sandbox of the workspace. Throws as `restoreCheckpoint` does. */
  async restore({ folder, name }: CheckpointName): Promise<RestoreReport> {
    return restoreCheckpoint(await this.#copy(), new CheckpointStore(folder), name);
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
    await appliedBy(this.id, this.#home).remove();
  }

  async #copy(): Promise<Copy> {
    await startPod(this.#engine, this.id);
    return {
      id: this.id,
      snapshot: this.#labels.stack || `of ${this.id}`,
      states: async () => (await this.#read()).states(),
      pack: async (wanted) => (await this.#read()).pack(wanted),
      restore: async () => {
        const command = restoreCommand(this.#labels.layers);
        const { input, output, diagnostics } = await this.#engine.attach(podNames(this.id).tools, command);
        discard(diagnostics);
        return { input, output };
      },
    };
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

const layersSchema = z.array(z.object({ volume: z.string(), folder: z.string() })).min(1);

export function writeStack(layers: Layers): string {
  return JSON.stringify(layers);
}

/** Undefined where a sandbox does not say what it stands on. */
export function readStack(stack: string): Layers | undefined {
  return layersSchema.safeParse(parseJson(stack)).data;
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
    stack: label('stack'),
    createdAt: label('createdAt'),
  };
}
