// The two containers of a sandbox: trusted tools beside untrusted commands, over one copy of the workspace.
import type { Engine, Labels, Limits, Mount } from '../engine/engine.js';
import { SandboxError } from '../errors.js';
import { EMPTY_LAYER, type Layers } from '../snapshot/snapshot.js';

/** Where the copy lies in both containers. */
export const WORKSPACE = '/workspace';
/** Where the tools container sees the untouched snapshot. */
const SNAPSHOT = '/snapshot';
/** Where the static runner lies in the tools image, and where every command container finds it. */
const RUNTIME_IN_TOOLS = '/opt/cofferdam/runtime';
export const RUNNER = '/.cofferdam/runner';

/** Git settings that make `git status` cheap in a copy: inodes and change times of a copy differ from the index. */
const GIT_IN_A_COPY = {
  GIT_CONFIG_COUNT: '3',
  GIT_CONFIG_KEY_0: 'core.checkStat',
  GIT_CONFIG_VALUE_0: 'minimal',
  GIT_CONFIG_KEY_1: 'core.trustctime',
  GIT_CONFIG_VALUE_1: 'false',
  GIT_CONFIG_KEY_2: 'safe.directory',
  GIT_CONFIG_VALUE_2: '*',
};

export type CopyMode = 'overlay' | 'plain';

export interface PodSpec {
  id: string;
  images: { tools: string; command: string };
  layers: Layers;
  copy: CopyMode;
  /** The folder the user opened, below the workspace's root. */
  folder: string;
  limits: Limits;
  labels: Labels;
}

export function podNames(id: string) {
  return {
    tools: `cofferdam-${id}-tools`,
    command: `cofferdam-${id}-command`,
    /** What the session changed (overlay), or its whole copy (plain). */
    layer: `cofferdam-${id}-layer`,
    /** The merged view that both containers work in. */
    workspace: `cofferdam-${id}-workspace`,
    /** The snapshot's layers as one read-only tree, where there are several. */
    snapshot: `cofferdam-${id}-snapshot`,
  };
}

/** Creates volumes and containers; nothing runs yet. What was made is removed by `removePod`, also after a failure. */
export async function createPod(engine: Engine, spec: PodSpec): Promise<void> {
  const names = podNames(spec.id);
  const [top, ...rest] = spec.layers;
  const several = top !== undefined && rest.length > 0;
  const upper = { volume: names.layer, folder: 'upper', work: 'work' };

  await engine.createVolume(names.layer, spec.labels);
  await Promise.all([
    spec.copy === 'overlay' && engine.createOverlay(names.workspace, { lower: spec.layers, upper }, spec.labels),
    several && engine.createOverlay(names.snapshot, { lower: spec.layers }, spec.labels),
  ]);
  // Every layer is mounted, although only the overlay reads it: a volume in use cannot be removed by anyone.
  const layerMounts = spec.layers.map(
    ({ volume }, i): Mount => ({ volume, at: `${SNAPSHOT}/layer${i}`, readOnly: true }),
  );
  const workspace: Mount =
    spec.copy === 'overlay' ? { volume: names.workspace, at: WORKSPACE } : { volume: names.layer, at: WORKSPACE };
  const common = { limits: spec.limits, labels: spec.labels };
  await engine.createContainer({
    ...common,
    name: names.tools,
    image: spec.images.tools,
    command: [`${RUNTIME_IN_TOOLS}/runner`, 'init'],
    env: GIT_IN_A_COPY,
    workingDir: WORKSPACE,
    mounts: [
      workspace,
      ...layerMounts,
      ...(several ? [{ volume: names.snapshot, at: `${SNAPSHOT}/merged`, readOnly: true }] : []),
      ...(spec.copy === 'overlay' ? [{ volume: names.layer, at: EMPTY_LAYER, fill: true, readOnly: true }] : []),
      { volume: runtimeVolume(spec.images.tools), at: RUNTIME_IN_TOOLS, fill: true, readOnly: true },
    ],
  });
  await engine.createContainer({
    ...common,
    name: names.command,
    image: spec.images.command,
    command: [RUNNER, 'init'],
    env: { ...GIT_IN_A_COPY, USER: 'cofferdam', LANG: 'C.UTF-8', TERM: 'dumb' },
    workingDir: spec.folder === '' ? WORKSPACE : `${WORKSPACE}/${spec.folder}`,
    mounts: [workspace, { volume: runtimeVolume(spec.images.tools), at: '/.cofferdam', readOnly: true }],
    joinNetworkOf: names.tools,
  });
}

/** Starts both containers; does nothing to those that run. Throws `image-unusable` when only the user's image is at fault. */
export async function startPod(engine: Engine, id: string): Promise<void> {
  const names = podNames(id);
  await engine.startContainer(names.tools);
  await engine.startContainer(names.command).catch((error: unknown) => {
    if (!(error instanceof SandboxError) || error.code !== 'engine-failed') throw error;
    throw new SandboxError(
      'image-unusable',
      `The image for commands cannot be used: ${error.message}`,
      'Use an image that is made for this machine and has folders, or nothing, at /workspace, /home/cofferdam, /tmp and /run.',
      { cause: error },
    );
  });
}

/** Ends everything that runs in the command container; the copy stays as it is. */
export async function restartCommands(engine: Engine, id: string): Promise<void> {
  const names = podNames(id);
  await engine.startContainer(names.tools);
  await engine.restartContainer(names.command);
}

/** Removes everything of a pod that is there. */
export async function removePod(engine: Engine, id: string): Promise<void> {
  const names = podNames(id);
  // In this order: Podman keeps a container whose network another one shares.
  await engine.removeContainer(names.command);
  await engine.removeContainer(names.tools);
  await Promise.all([engine.removeVolume(names.workspace), engine.removeVolume(names.snapshot)]);
  await engine.removeVolume(names.layer);
}

/** How the resident reader of changes is started in the tools container. */
export function readerCommand(copy: CopyMode, layers: number): string[] {
  return [...workspaceProgram(layers), ...(copy === 'overlay' ? ['--upper', `${EMPTY_LAYER}/upper`] : [])];
}

/** How the program that brings the copy to another state is started in the tools container. */
export function restoreCommand(layers: number): string[] {
  return [...workspaceProgram(layers), '--restore'];
}

function workspaceProgram(layers: number): string[] {
  const lower = layers > 1 ? `${SNAPSHOT}/merged` : `${SNAPSHOT}/layer0/files`;
  return ['node', '/opt/cofferdam/workspace.mjs', '--workspace', WORKSPACE, '--lower', lower];
}

/** How a tool server is started in the tools container. */
export function serverCommand(server: 'files' | 'git'): string[] {
  return ['node', `/opt/cofferdam/${server}.mjs`, '--root', WORKSPACE];
}

/** Holds the runner for the command containers; its content follows from the tools image, and so does its name. */
function runtimeVolume(toolsImage: string): string {
  return `cofferdam-runtime-${toolsImage.replace(/[^a-zA-Z0-9_.-]+/g, '-')}`;
}
