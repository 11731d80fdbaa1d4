// Opens, forks, finds and clears away sandboxes.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { appliedBy, journalFolder, recoverApplies } from './apply/index.js';
import { connectEngine } from './engine/connect.js';
import { DockerEngine } from './engine/docker.js';
import type { Engine } from './engine/engine.js';
import { ensureImages, type ImageNames } from './engine/images.js';
import { ensureUserImage } from './engine/user-image.js';
import { SandboxError } from './errors.js';
import { DEFAULT_LIMITS } from './limits.js';
import { type CopyMode, createPod, podNames, removePod, startPod } from './pod/pod.js';
import {
  readLabels,
  readStack,
  SANDBOX_KIND,
  Sandbox,
  type SandboxInfo,
  type SandboxLabels,
  writeLabels,
  writeStack,
} from './sandbox.js';
import { type Layers, pruneSnapshots, Snapshots } from './snapshot/snapshot.js';
import { findWorkspace, type Workspace } from './snapshot/workspace.js';

export interface OpenOptions {
  /** Any folder of the workspace. */
  workspace: string;
  /** Image that commands run in; default: ours. Pulled when the engine does not have it. */
  image?: string;
  /** Cofferdam's state folder on the host. */
  home: string;
  signal?: AbortSignal;
  onProgress?: (message: string) => void;
  onWarning?: (message: string) => void;
}

/**
 * Copies the workspace as it is now and starts a pod on the copy. The containers start on the latest snapshot while the
 * workspace is looked over for changes, which is nearly always for the best: the time does not grow with the tree.
 */
export async function openSandbox(options: OpenOptions): Promise<Sandbox> {
  const { home, signal, onProgress = () => {}, onWarning = () => {} } = options;
  const workspace = await findWorkspace(options.workspace);
  for (const { workspaceRoot, outcome, conflicts } of await recoverApplies(journalFolder(home))) {
    const left = conflicts.map(({ path, reason }) => `; ${path} was left alone: ${reason}`).join('');
    onWarning(`An earlier apply to ${workspaceRoot} had been cut short; it was ${outcome.replace('-', ' ')}${left}.`);
  }
  const connection = await connectEngine();
  const engine = new DockerEngine(connection);
  const ours = await ensureImages(connection.docker, { onProgress });
  const images = { tools: ours.tools, command: options.image ?? ours.command };
  if (options.image !== undefined) await ensureUserImage(connection.docker, options.image, onProgress);
  const snapshots = new Snapshots(workspace, {
    engine,
    home,
    toolsImage: images.tools,
    limits: DEFAULT_LIMITS,
    ...(signal && { signal }),
    onProgress,
    onWarning,
  });

  const start = (layers: Layers, copy: CopyMode) =>
    startPodOn({ layers, copy, engine, images, workspace, snapshots, ...(signal && { signal }) });
  const copy = await snapshots.copyMode();
  const latest = await snapshots.latest();
  const early = latest && copy === 'overlay' ? start(latest, copy) : undefined;
  early?.catch(() => {}); // awaited below; must not count as unhandled meanwhile
  const drop = async () =>
    early?.then(
      ({ id }) => removePod(engine, id),
      () => {},
    );
  try {
    const layers = await snapshots.refresh(latest);
    if (early && isSame(layers, latest)) return new Sandbox(engine, await early, home);
    const [, labels] = await Promise.all([drop(), start(layers, copy)]);
    return new Sandbox(engine, labels, home);
  } catch (error) {
    await drop();
    if (copy === 'plain' || !isOverlayFailure(error)) throw error;
  }
  onWarning('This engine cannot stack overlay volumes; every session gets a full copy, which takes longer.');
  await snapshots.useFullCopies();
  const layers = await snapshots.refresh(await snapshots.latest());
  return new Sandbox(engine, await start(layers, 'plain'), home);
}

export interface ForkOptions {
  /** Cofferdam's state folder on the host. */
  home: string;
  signal?: AbortSignal;
  onProgress?: (message: string) => void;
  onWarning?: (message: string) => void;
}

/**
 * Starts a further sandbox on the very snapshot that another one stands on, whatever happened to the workspace since: its
 * copy is as the other's was when it was opened. Takes no longer for a large workspace, except where every sandbox has
 * a full copy. Where the other does not say what it stands on, the snapshot is of the workspace as it is now. Throws
 * `sandbox-not-found`.
 */
export async function forkSandbox(id: string, options: ForkOptions): Promise<Sandbox> {
  const { home, signal, onProgress = () => {}, onWarning = () => {} } = options;
  const connection = await connectEngine();
  const engine = new DockerEngine(connection);
  const source = await find(engine, id);
  const layers = readStack(source.stack);
  const folder = join(source.workspace, source.folder);
  if (!layers) return openSandbox({ ...options, workspace: folder, image: source.image });
  const [ours, workspace] = await Promise.all([ensureImages(connection.docker, { onProgress }), findWorkspace(folder)]);
  const images = { tools: ours.tools, command: source.image };
  const snapshots = new Snapshots(workspace, {
    engine,
    home,
    toolsImage: images.tools,
    limits: DEFAULT_LIMITS,
    ...(signal && { signal }),
    onProgress,
    onWarning,
  });
  const { copy } = source;
  const labels = await startPodOn({
    layers,
    copy,
    engine,
    images,
    workspace: { root: source.workspace, folder: source.folder },
    snapshots,
    ...(signal && { signal }),
  });
  const sandbox = new Sandbox(engine, labels, home);
  try {
    await appliedBy(id, home).copyTo(appliedBy(sandbox.id, home));
    return sandbox;
  } catch (error) {
    await sandbox.close();
    throw error;
  }
}

interface Start {
  layers: Layers;
  copy: CopyMode;
  engine: Engine;
  images: ImageNames;
  workspace: Pick<Workspace, 'root' | 'folder'>;
  snapshots: Snapshots;
  signal?: AbortSignal;
}

/** Leaves nothing behind when it fails. */
async function startPodOn({
  layers,
  copy,
  engine,
  images,
  workspace,
  snapshots,
  signal,
}: Start): Promise<SandboxLabels> {
  const labels: SandboxLabels = {
    id: randomBytes(5).toString('hex'),
    workspace: workspace.root,
    folder: workspace.folder,
    image: images.command,
    copy,
    layers: layers.length,
    stack: writeStack(layers),
    createdAt: new Date().toISOString(),
  };
  const { id } = labels;
  try {
    signal?.throwIfAborted();
    const { folder } = workspace;
    await createPod(engine, { id, images, layers, copy, folder, limits: DEFAULT_LIMITS, labels: writeLabels(labels) });
    if (copy === 'plain') await snapshots.copyInto(podNames(id).layer, layers);
    await startPod(engine, id);
    signal?.throwIfAborted();
    return labels;
  } catch (error) {
    await removePod(engine, id);
    throw error;
  }
}

/** Finds a sandbox by its id and starts it again where it stopped. Throws `sandbox-not-found`. */
export async function attachSandbox(id: string, { home }: { home: string }): Promise<Sandbox> {
  const engine = new DockerEngine(await connectEngine());
  const labels = await find(engine, id);
  await startPod(engine, id);
  return new Sandbox(engine, labels, home);
}

async function find(engine: Engine, id: string): Promise<SandboxLabels> {
  const [found] = await engine.listContainers({ ...SANDBOX_KIND, 'cofferdam.id': id });
  if (found) return readLabels(found);
  throw new SandboxError(
    'sandbox-not-found',
    `There is no sandbox ${JSON.stringify(id)}.`,
    'See `cofferdam sandbox list`.',
  );
}

export async function listSandboxes(): Promise<SandboxInfo[]> {
  return list(new DockerEngine(await connectEngine()));
}

/**
 * Removes sandboxes made more than `olderThanMs` ago with what the state folder `home` says of them, and snapshots that no
 * sandbox stands on; answers the ids.
 */
export async function pruneSandboxes({ olderThanMs, home }: { olderThanMs: number; home?: string }): Promise<string[]> {
  const engine = new DockerEngine(await connectEngine());
  const old = (await list(engine)).filter(({ createdAt }) => Date.now() - Date.parse(createdAt) > olderThanMs);
  for (const { id } of old) {
    await removePod(engine, id);
    if (home !== undefined) await appliedBy(id, home).remove();
  }
  await pruneSnapshots(engine, olderThanMs);
  return old.map(({ id }) => id);
}

async function list(engine: Engine): Promise<SandboxInfo[]> {
  const containers = await engine.listContainers(SANDBOX_KIND);
  const running = new Set(containers.filter((container) => container.running).map(({ name }) => name));
  const byId = new Map(containers.map((container) => [readLabels(container).id, readLabels(container)]));
  return [...byId.values()].map(({ id, workspace, folder, image, createdAt }) => {
    const state = running.has(podNames(id).tools) && running.has(podNames(id).command) ? 'running' : 'stopped';
    return { id, workspace, folder, image, createdAt, state };
  });
}

function isSame(a: Layers, b: Layers | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function isOverlayFailure(error: unknown): boolean {
  return error instanceof SandboxError && error.code === 'engine-failed' && /overlay|mount/i.test(error.message);
}
