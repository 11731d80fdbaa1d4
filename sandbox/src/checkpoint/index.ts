export type { Copy } from './copy.js';
export { type CheckpointReport, makeCheckpoint } from './make.js';
export { type RestoreReport, restoreCheckpoint } from './restore.js';
export { CheckpointStore } from './store.js';
