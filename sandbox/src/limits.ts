// What a sandbox may use unless told otherwise.
import type { Limits } from './engine/engine.js';

const MiB = 1024 ** 2;

/** Enough for the test suites of large projects, little enough that a runaway one does not stall a laptop. */
export const DEFAULT_LIMITS: Limits = { memoryBytes: 4096 * MiB, pids: 1024, cpus: 2, scratchBytes: 1024 * MiB };
