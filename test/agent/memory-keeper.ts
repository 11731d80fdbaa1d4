// A sandbox in memory, for tests of what is around it.
import type { Keeper } from '../../agent/src/keeper/index.js';

type Files = Map<string, string>;

export interface MemoryKeeper extends Keeper {
  /** What tools may write, and checkpoints bring back. */
  readonly files: Files;
  /** Sandboxes that were forked off, by id. */
  readonly forks: Map<string, MemoryKeeper>;
}

/** As the real one: a name that is used again stands for the new state, and a fork knows the checkpoints up to its own. */
export function memoryKeeper(files: Files = new Map(), kept: [name: string, files: Files][] = []): MemoryKeeper {
  const forks = new Map<string, MemoryKeeper>();
  const placeOf = (name: string) => {
    const at = kept.findIndex(([known]) => known === name);
    if (at === -1) throw new Error(`There is no checkpoint ${name}.`);
    return at;
  };
  const nothing = { changes: [], ignored: 0, skipped: [] };
  const report = { applied: [], conflicts: [], refused: [] };
  const opened = { id: 'memory', workspace: '/w', folder: '', image: 'none', createdAt: '', notices: [] };
  return {
    isLost: false,
    files,
    forks,
    open: async () => opened,
    attach: async () => opened,
    async checkpoint(name) {
      const before = kept.findIndex(([known]) => known === name);
      if (before >= 0) kept.splice(before, 1);
      kept.push([name, new Map(files)]);
      return { files: files.size, bytes: 0 };
    },
    async restore(name) {
      const [, then] = kept[placeOf(name)] ?? ['', new Map()];
      files.clear();
      for (const [path, text] of then) files.set(path, text);
      return { restored: then.size, removed: 0, conflicts: [] };
    },
    async fork(name) {
      const at = placeOf(name);
      const id = `fork-${forks.size + 1}`;
      forks.set(id, memoryKeeper(new Map(kept[at]?.[1]), kept.slice(0, at + 1)));
      return { id, conflicts: [], notices: [] };
    },
    changes: async () => nothing,
    patch: async () => ({ patch: '', more: false }),
    read: async () => ({ text: null, more: false }),
    apply: async () => report,
    close: async () => {},
    detach: async () => {},
  };
}
