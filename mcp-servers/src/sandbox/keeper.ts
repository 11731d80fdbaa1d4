// Holds one sandbox for whoever speaks to the server.
import {
  attachSandbox,
  type ChangeSet,
  CheckpointStore,
  forkSandbox,
  openSandbox,
  type Sandbox,
} from '@cofferdam/sandbox';
import { ToolError } from '../kit/index.js';

export interface KeeperOptions {
  /** Cofferdam's state folder. */
  home: string;
  /** Where this session's checkpoints lie. */
  checkpoints: string;
}

interface Opening {
  signal: AbortSignal;
  onProgress(message: string): void;
}

export class SandboxKeeper {
  readonly #options: KeeperOptions;
  #sandbox: Sandbox | undefined;

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  /** Throws ToolError `not-open`. */
  get sandbox(): Sandbox {
    if (this.#sandbox) return this.#sandbox;
    throw new ToolError('not-open', 'No sandbox is open here.', 'Call open or attach first.');
  }

  async open(workspace: string, image: string | undefined, { signal, onProgress }: Opening) {
    this.#expectNone();
    const notices: string[] = [];
    const { home } = this.#options;
    const onWarning = (message: string) => void notices.push(message);
    const place = { workspace, home, ...(image !== undefined && { image }) };
    this.#sandbox = await openSandbox({ ...place, signal, onProgress, onWarning });
    return { ...this.#describe(), notices };
  }

  async attach(id: string) {
    this.#expectNone();
    this.#sandbox = await attachSandbox(id, { home: this.#options.home });
    return { ...this.#describe(), notices: [] };
  }

  changes(includeIgnored: boolean): Promise<ChangeSet> {
    return this.sandbox.changes({ includeIgnored });
  }

  checkpoint(name: string): Promise<{ files: number; bytes: number }> {
    return this.sandbox.checkpoint({ folder: this.#options.checkpoints, name });
  }

  restore(name: string) {
    return this.sandbox.restore({ folder: this.#options.checkpoints, name });
  }

  /** A further sandbox with the files of a checkpoint, whose checkpoints will lie in another folder. This one stays open. */
  async fork(name: string, checkpoints: string, opening: Opening) {
    const { home } = this.#options;
    const notices: string[] = [];
    const onWarning = (message: string) => void notices.push(message);
    const fork = await forkSandbox(this.sandbox.id, { home, ...opening, onWarning });
    try {
      await new CheckpointStore(this.#options.checkpoints).copyTo(checkpoints, name);
      const { conflicts } = await fork.restore({ folder: checkpoints, name });
      await fork.detach();
      return { id: fork.id, conflicts, notices };
    } catch (error) {
      await fork.close();
      throw error;
    }
  }

  /** Removes the sandbox; what was not applied is lost. */
  async close(): Promise<void> {
    const { sandbox } = this;
    this.#sandbox = undefined;
    await sandbox.close();
  }

  /** Lets go of the sandbox, which goes on. */
  async detach(): Promise<void> {
    await this.#sandbox?.detach();
    this.#sandbox = undefined;
  }

  #expectNone(): void {
    if (!this.#sandbox) return;
    throw new ToolError('already-open', `The sandbox ${this.#sandbox.id} is open here.`, 'Close it first.');
  }

  #describe() {
    const { id, workspace, folder, image, createdAt } = this.sandbox.info;
    return { id, workspace, folder, image, createdAt };
  }
}
