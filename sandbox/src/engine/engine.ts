// What the sandbox needs of a container engine. Docker is the first implementation; a Kubernetes Pod has the same shape.
import type { Readable, Writable } from 'node:stream';

export type Labels = Readonly<Record<string, string>>;

export interface Mount {
  volume: string;
  /** Absolute path inside the container. */
  at: string;
  readOnly?: boolean;
  /** Fill the volume, when it is empty, with what the image holds at this path, ownership included. */
  fill?: boolean;
}

/** A folder inside a volume, as a layer of an overlay. */
export interface LayerFolder {
  volume: string;
  folder: string;
}

export interface OverlaySpec {
  /** The top-most first. None of them may change while the overlay is in use. */
  lower: LayerFolder[];
  /** Where changes go, with the kernel's work folder beside it; without it the overlay is read-only. */
  upper?: { volume: string; folder: string; work: string };
}

export interface Limits {
  /** Bytes of memory a container may use; there is no swap beyond it. */
  memoryBytes: number;
  /** Processes and threads. */
  pids: number;
  /** Processors, may be a fraction. */
  cpus: number;
  /** Bytes of each scratch folder (/tmp, home). They count as memory. */
  scratchBytes: number;
}

export interface ContainerSpec {
  name: string;
  image: string;
  command: string[];
  env: Readonly<Record<string, string>>;
  workingDir: string;
  mounts: Mount[];
  limits: Limits;
  labels: Labels;
  /** Name of the container whose network this one shares; without it there is loopback and nothing else. */
  joinNetworkOf?: string;
}

export interface ContainerInfo {
  name: string;
  running: boolean;
  image: string;
  labels: Labels;
  createdAt: Date;
}

/** The three streams of a process in a container. */
export interface Channel {
  input: Writable;
  output: Readable;
  diagnostics: Readable;
}

export interface JobResult {
  exitCode: number;
  /** The first 64 KiB. */
  stderr: string;
}

/** Every method rejects with SandboxError; removals pass over what is already gone. */
export interface Engine {
  /** Tells engines apart: a volume's name means something on one of them only. */
  readonly endpoint: string;

  createVolume(name: string, labels: Labels): Promise<void>;
  createOverlay(name: string, overlay: OverlaySpec, labels: Labels): Promise<void>;
  hasVolume(name: string): Promise<boolean>;
  listVolumes(labels: Labels): Promise<{ name: string; labels: Labels }[]>;
  /** False when a container still uses it. */
  removeVolume(name: string): Promise<boolean>;

  createContainer(spec: ContainerSpec): Promise<void>;
  startContainer(name: string): Promise<void>;
  /** Ends every process in it at once and starts it again. */
  restartContainer(name: string): Promise<void>;
  removeContainer(name: string): Promise<void>;
  listContainers(labels: Labels): Promise<ContainerInfo[]>;

  /** Runs a container to its end, feeding it `stdin`, and removes it. Aborting removes it early. */
  runJob(spec: ContainerSpec, stdin: Readable, signal?: AbortSignal): Promise<JobResult>;
  /** Starts a further process in a running container and stays attached to it. */
  attach(container: string, argv: readonly string[]): Promise<Channel>;
}
