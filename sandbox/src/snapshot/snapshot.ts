// Brings the engine's copy of a workspace up to date: a base volume with the whole tree, and a delta layer with what
// changed since. Both are written once and never again, so that overlays can stand on them.
import { randomBytes } from 'node:crypto';
import type { Engine, Labels, LayerFolder, Mount } from '../engine/engine.js';
import { Filler, type FillerOptions } from './fill.js';
import {
  type Contents,
  compare,
  contents,
  type Difference,
  isUntouched,
  type Listing,
  list,
  sameSources,
} from './listing.js';
import { type SnapshotRecord, SnapshotStore } from './store.js';
import type { Workspace } from './workspace.js';

/** Beyond this share of the tree a delta costs more than it saves, and the base is made anew. */
const DELTA_SHARE = 0.25;
/** After this long no process can still be about to use a volume that it made. */
const SETTLED_MS = 3_600_000;
const SNAPSHOT_KIND = { 'cofferdam.kind': 'snapshot' };

/** A folder in the tools image that an empty volume is filled with: right owner, nothing in it. */
const EMPTY_TREE = '/opt/cofferdam/tree';
export const EMPTY_LAYER = '/opt/cofferdam/layer';

/** The layers of a workspace's copy, the top-most first. */
export type Layers = LayerFolder[];

export interface SnapshotOptions extends FillerOptions {
  home: string;
  onProgress(message: string): void;
}

export class Snapshots {
  readonly #options: SnapshotOptions;
  readonly #workspace: Workspace;
  readonly #store: SnapshotStore;
  readonly #filler: Filler;

  constructor(workspace: Workspace, options: SnapshotOptions) {
    this.#options = options;
    this.#workspace = workspace;
    this.#filler = new Filler(workspace, options);
    this.#store = new SnapshotStore(options.home, options.engine.endpoint, workspace.root);
  }

  /** The layers as they were left last time, when the engine still has them; they may be out of date. */
  async latest(): Promise<Layers | undefined> {
    const record = await this.#store.current();
    if (!record) return undefined;
    const volumes = [record.base, ...(record.delta ? [record.delta.volume] : [])];
    const there = await Promise.all(volumes.map((volume) => this.#options.engine.hasVolume(volume)));
    return there.every(Boolean) ? layers(record.base, record.delta?.volume) : undefined;
  }

  /** How sessions on this engine get their copy, as far as is known. */
  async copyMode(): Promise<SnapshotRecord['copy']> {
    return (await this.#store.current())?.copy ?? 'overlay';
  }

  /** Remembers that the engine cannot stack overlay volumes; a delta layer is of no use then. */
  async useFullCopies(): Promise<void> {
    const record = await this.#store.current();
    if (record?.delta) await this.#store.forget();
    else if (record) await this.#publish({ ...record, copy: 'plain' });
  }

  /** Fills an empty volume with a full copy of the layers' tree; for engines without overlay. */
  async copyInto(volume: string, [base]: Layers): Promise<void> {
    if (!base) return;
    const mounts: Mount[] = [
      { volume: base.volume, at: EMPTY_TREE, readOnly: true },
      { volume, at: '/workspace', fill: true },
    ];
    const command = ['cp', '--archive', '--reflink=auto', `${EMPTY_TREE}/${base.folder}/.`, '/workspace'];
    await this.#filler.run(command, mounts);
  }

  /**
   * The layers that hold the workspace as it is now; those of `latest` when nothing changed. The cost of finding out is
   * one `lstat` a file; of bringing up to date, what changed since the base.
   */
  async refresh(latest: Layers | undefined): Promise<Layers> {
    const { sources } = this.#workspace;
    const record = latest && (await this.#store.current());
    if (latest && record?.quietSince && (await isUntouched(sources, record.quietSince))) return latest;

    const listing = await list(sources);
    const base = record && (await this.#store.listing(record.baseListing));
    const last = record?.delta ? await this.#store.listing(record.delta.listing) : base;
    if (!base || !last || !sameSources(base, listing)) return this.#makeBase(listing);
    const [had, knew, has] = [contents(sources, base), contents(sources, last), contents(sources, listing)];
    const difference = compare(sources, had, has);
    if (!compare(sources, knew, has)) return this.#keep(record, listing, has);
    if (!difference) return this.#keep({ ...record, delta: undefined }, listing, has);
    const drift = difference.removed.length + difference.changed.flat().length;
    const total = had.entries.reduce((sum, { size }) => sum + size, 0);
    if (record.copy === 'plain' || drift > Math.max(1000, total * DELTA_SHARE)) return this.#makeBase(listing);
    return this.#makeDelta(record, difference, listing, has.quietSince);
  }

  /** Only folders' times moved since; a newer listing makes the next look quick again. */
  async #keep(record: SnapshotRecord, listing: Listing, { quietSince }: Contents): Promise<Layers> {
    const name = await this.#store.addListing(listing);
    const { base, delta } = record;
    await this.#publish(
      delta
        ? { ...record, delta: { ...delta, listing: name }, quietSince }
        : { ...record, baseListing: name, quietSince },
    );
    return layers(base, delta?.volume);
  }

  async #makeBase(listing: Listing): Promise<Layers> {
    const { engine, onProgress, onWarning } = this.#options;
    const base = this.#newName('base');
    const now = contents(this.#workspace.sources, listing);
    for (const { path, reason } of now.skipped) onWarning(`Not in the sandbox's copy: ${path} (${reason}).`);
    const files = now.entries.reduce((sum, { size }) => sum + size, 0);
    onProgress(`Copying the workspace (${files} files) for the first time`);
    await engine.createVolume(base, this.#labels());
    try {
      const tree: Mount = { volume: base, at: EMPTY_TREE, fill: true };
      await this.#filler.fill({
        folder: `${EMPTY_TREE}/files`,
        mounts: [tree],
        changed: now.entries.map((source) => [...source.keys()]),
        removed: [],
      });
      const baseListing = await this.#store.addListing(listing);
      await this.#publish({ version: 1, base, baseListing, copy: await this.copyMode(), quietSince: now.quietSince });
    } catch (error) {
      await engine.removeVolume(base);
      throw error;
    }
    return layers(base);
  }

  async #makeDelta(
    record: SnapshotRecord,
    { changed, removed }: Difference,
    now: Listing,
    quietSince: string | undefined,
  ): Promise<Layers> {
    const { engine, onProgress } = this.#options;
    const count = removed.length + changed.flat().length;
    onProgress(`Bringing the copy up to date (${count} ${count === 1 ? 'entry' : 'entries'} changed)`);
    const delta = this.#newName('delta');
    const view = `${delta}-view`;
    await engine.createVolume(delta, this.#labels());
    try {
      const upper = { volume: delta, folder: 'upper', work: 'work' };
      await engine.createOverlay(view, { lower: layers(record.base), upper }, this.#labels());
      const mounts: Mount[] = [
        { volume: delta, at: EMPTY_LAYER, fill: true },
        { volume: record.base, at: EMPTY_TREE, readOnly: true },
        { volume: view, at: '/view' },
      ];
      await this.#filler.fill({ folder: '/view', mounts, changed, removed });
      await engine.removeVolume(view);
      const listing = await this.#store.addListing(now);
      await this.#publish({ ...record, delta: { volume: delta, listing }, quietSince });
    } catch (error) {
      await engine.removeVolume(view);
      await engine.removeVolume(delta);
      throw error;
    }
    return layers(record.base, delta);
  }

  async #publish(record: SnapshotRecord): Promise<void> {
    await this.#store.publish(record);
    const { engine } = this.#options;
    const kept = new Set([record.base, record.delta?.volume]);
    const all = await engine.listVolumes(this.#labels());
    // One that a sandbox still stands on stays, and so does one that another process may just be making.
    for (const { name } of all) if (!kept.has(name) && ageOf(name) > SETTLED_MS) await engine.removeVolume(name);
  }

  #labels(): Labels {
    return { ...SNAPSHOT_KIND, 'cofferdam.snapshot': this.#store.key };
  }

  #newName(kind: 'base' | 'delta'): string {
    return `cofferdam-${kind}-${this.#store.key}-${randomBytes(4).toString('hex')}-${Date.now()}`;
  }
}

function layers(base: string, delta?: string): Layers {
  const lowest = { volume: base, folder: 'files' };
  return delta ? [{ volume: delta, folder: 'upper' }, lowest] : [lowest];
}

/** Removes snapshots that were made more than `olderThanMs` ago and that no sandbox stands on. */
export async function pruneSnapshots(engine: Engine, olderThanMs: number): Promise<void> {
  for (const { name } of await engine.listVolumes(SNAPSHOT_KIND)) {
    if (ageOf(name) > olderThanMs) await engine.removeVolume(name);
  }
}

/** The milliseconds since a volume was made, by its name. */
function ageOf(volume: string): number {
  return Date.now() - Number(/-(\d+)(-view)?$/.exec(volume)?.[1] ?? Date.now());
}
