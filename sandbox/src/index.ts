export { type Change, type ChangeSet, changeSchema, changeSetSchema } from './changes/types.js';
export { SandboxError, type SandboxErrorCode } from './errors.js';
export type { CommandRunner, ExecOptions, ExecResult, Execution } from './exec/types.js';
export { checkRelativePath, decodePath, encodePath, isInside, resolveInside } from './paths.js';
