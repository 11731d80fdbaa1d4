export type { ApplyReport } from './apply/index.js';
export {
  type Change,
  type ChangeSet,
  changeSchema,
  changeSetSchema,
} from './changes/types.js';
export { type CheckpointReport, CheckpointStore, type RestoreReport } from './checkpoint/index.js';
export { connectEngine, type EngineConnection } from './engine/connect.js';
export { ensureImages, type ImageNames, imageNames, missingImages } from './engine/images.js';
export { probeStorage, type StorageReport } from './engine/probe-storage.js';
export { runProgram } from './engine/program.js';
export { SandboxError, type SandboxErrorCode } from './errors.js';
export { type CollectedResult, collect } from './exec/collect.js';
export type {
  CommandRunner,
  ExecOptions,
  ExecResult,
  Execution,
} from './exec/types.js';
export {
  attachSandbox,
  type ForkOptions,
  forkSandbox,
  listSandboxes,
  type OpenOptions,
  openSandbox,
  pruneSandboxes,
} from './open.js';
export {
  checkRelativePath,
  decodePath,
  encodePath,
  isInside,
  resolveInside,
} from './paths.js';
export { WORKSPACE } from './pod/pod.js';
export { type CheckpointName, Sandbox, type SandboxInfo } from './sandbox.js';
