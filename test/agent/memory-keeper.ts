// A sandbox without files, for tests of what is around it.
import type { Keeper } from '../../agent/src/keeper/index.js';

/** Remembers checkpoints by name, and has no files to bring back. */
export function memoryKeeper(): Keeper {
  const kept = new Set<string>();
  const nothing = { changes: [], ignored: 0, skipped: [] };
  const report = { applied: [], conflicts: [], refused: [] };
  const opened = { id: 'memory', workspace: '/w', folder: '', image: 'none', createdAt: '', notices: [] };
  return {
    open: async () => opened,
    attach: async () => opened,
    async checkpoint(name) {
      kept.add(name);
      return { files: 0, bytes: 0 };
    },
    async restore(name) {
      if (!kept.has(name)) throw new Error(`There is no checkpoint ${name}.`);
      return { restored: 0, removed: 0, conflicts: [] };
    },
    fork: async () => ({ id: 'fork', conflicts: [], notices: [] }),
    changes: async () => nothing,
    patch: async () => ({ patch: '', more: false }),
    read: async () => ({ text: null, more: false }),
    apply: async () => report,
    close: async () => {},
    detach: async () => {},
  };
}
