// What the agent asks of the process that holds the engine and the user's files.
import type { keeperContract } from '@cofferdam/mcp-servers/sandbox';
import type * as z from 'zod';

type Contract = typeof keeperContract;
export type KeeperTool = keyof Contract;
export type KeeperInput<Tool extends KeeperTool> = z.input<Contract[Tool]['input']>;
export type KeeperOutput<Tool extends KeeperTool> = z.output<Contract[Tool]['output']>;

export type OpenedSandbox = KeeperOutput<'open'>;
export type ChangeSet = KeeperOutput<'changes'>;
export type ApplyReport = KeeperOutput<'apply'>;

/** Every method rejects with KeeperError. */
export interface Keeper {
  /** True when its process ended. */
  readonly isLost: boolean;
  open(options: { workspace: string; image?: string }): Promise<OpenedSandbox>;
  attach(id: string): Promise<OpenedSandbox>;
  changes(options?: { includeIgnored?: boolean }): Promise<ChangeSet>;
  patch(options: { paths?: string[]; maxBytes: number }): Promise<KeeperOutput<'patch'>>;
  read(options: { path: string; side: 'old' | 'new'; maxBytes: number }): Promise<KeeperOutput<'read'>>;
  apply(paths?: string[]): Promise<ApplyReport>;
  /** Keeps the state of the copy under a name. */
  checkpoint(name: string): Promise<KeeperOutput<'checkpoint'>>;
  restore(name: string): Promise<KeeperOutput<'restore'>>;
  /** `checkpoints` is the folder for those of the fork. */
  fork(name: string, checkpoints: string): Promise<KeeperOutput<'fork'>>;
  /** Removes the sandbox. */
  close(): Promise<void>;
  /** Lets go of the sandbox, and ends the keeper. */
  detach(): Promise<void>;
}
