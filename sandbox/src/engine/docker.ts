// The Docker engine (and what speaks its API, such as Podman) behind the Engine interface.
import { type Duplex, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type Dockerode from 'dockerode';
import { SandboxError } from '../errors.js';
import type { Channel, ContainerInfo, ContainerSpec, Engine, JobResult, Labels, OverlaySpec } from './engine.js';
import { hardenedContainer } from './hardening.js';
import { demultiplex, discard } from './multiplex.js';

const STDERR_KEPT = 64 * 1024;

export class DockerEngine implements Engine {
  readonly endpoint: string;
  readonly #docker: Dockerode;

  constructor({ docker, endpoint }: { docker: Dockerode; endpoint: string }) {
    this.#docker = docker;
    this.endpoint = endpoint;
  }

  async createVolume(name: string, labels: Labels): Promise<void> {
    await this.#ask(`create volume ${name}`, () => this.#docker.createVolume({ Name: name, Labels: { ...labels } }));
  }

  async createOverlay(name: string, { lower, upper }: OverlaySpec, labels: Labels): Promise<void> {
    const place = async ({ volume, folder }: { volume: string; folder: string }) =>
      `${await this.#mountpoint(volume)}/${folder}`;
    const layers = await Promise.all(lower.map(place));
    // Some kernels turn these on by default; whoever reads the upper layer counts on whole files and whole folders there.
    const options = [`lowerdir=${layers.join(':')}`, 'redirect_dir=off', 'metacopy=off'];
    if (upper) {
      options.push(`upperdir=${await place(upper)}`, `workdir=${await place({ ...upper, folder: upper.work })}`);
    }
    const overlay = {
      type: 'overlay',
      device: 'overlay',
      o: options.join(','),
    };
    await this.#ask(`create overlay ${name}`, () =>
      this.#docker.createVolume({
        Name: name,
        Driver: 'local',
        DriverOpts: overlay,
        Labels: { ...labels },
      }),
    );
  }

  async hasVolume(name: string): Promise<boolean> {
    const found = await this.#ask(`look up volume ${name}`, () =>
      unlessStatus(404, this.#docker.getVolume(name).inspect()),
    );
    return found !== undefined;
  }

  async listVolumes(labels: Labels): Promise<{ name: string; labels: Labels }[]> {
    const filters = labelFilter(labels);
    const { Volumes } = await this.#ask('list volumes', () => this.#docker.listVolumes({ filters }));
    return (Volumes ?? []).map(({ Name, Labels }) => ({
      name: Name,
      labels: Labels ?? {},
    }));
  }

  async removeVolume(name: string): Promise<boolean> {
    const inUse = Symbol();
    const remove = () => unlessStatus(404, this.#docker.getVolume(name).remove());
    const result = await this.#ask(`remove volume ${name}`, () => unlessStatus(409, remove(), inUse));
    return result !== inUse;
  }

  async createContainer(spec: ContainerSpec): Promise<void> {
    await this.#create(spec, {});
  }

  async startContainer(name: string): Promise<void> {
    await this.#ask(`start ${name}`, () => unlessStatus(304, this.#docker.getContainer(name).start()));
  }

  async restartContainer(name: string): Promise<void> {
    await this.#ask(`restart ${name}`, () => this.#docker.getContainer(name).restart({ t: 0 }));
  }

  async removeContainer(name: string): Promise<void> {
    const container = this.#docker.getContainer(name);
    // 409: somebody else is removing it at this moment; wait until it is gone.
    await this.#ask(`remove ${name}`, () =>
      unlessStatus(404, unlessStatus(409, container.remove({ force: true, v: true }), 'going')).then((result) =>
        result === 'going' ? unlessStatus(404, container.wait({ condition: 'removed' })) : result,
      ),
    );
  }

  async listContainers(labels: Labels): Promise<ContainerInfo[]> {
    const found = await this.#ask('list containers', () =>
      this.#docker.listContainers({ all: true, filters: labelFilter(labels) }),
    );
    return found.map(({ Names, State, Image, Labels, Created }) => ({
      name: (Names[0] ?? '').replace(/^\//, ''),
      running: State === 'running',
      image: Image,
      labels: Labels,
      createdAt: new Date(Created * 1000),
    }));
  }

  async runJob(spec: ContainerSpec, stdin: Readable, signal?: AbortSignal): Promise<JobResult> {
    const container = await this.#create(spec, {
      OpenStdin: true,
      StdinOnce: true,
      AttachStdin: true,
    });
    try {
      const stream = await this.#ask(`attach to ${spec.name}`, () => this.#attachToMain(container.id));
      const { output, diagnostics } = demultiplex(stream);
      discard(output);
      const complaints = head(diagnostics, STDERR_KEPT);
      complaints.catch(() => {}); // awaited below; must not count as unhandled when something fails before
      await this.#ask(`start ${spec.name}`, () => container.start());
      // A job that ends before it has read everything breaks the pipe; its exit code says why.
      await pipeline(stdin, stream, {
        ...(signal && { signal }),
        end: true,
      }).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EPIPE' && error.code !== 'ECONNRESET') throw error;
      });
      const stderr = await complaints;
      const { StatusCode } = await this.#ask(`wait for ${spec.name}`, () =>
        container.wait({ condition: 'not-running' }),
      );
      return { exitCode: StatusCode, stderr };
    } finally {
      await this.removeContainer(spec.name);
    }
  }

  async attach(name: string, argv: readonly string[]): Promise<Channel> {
    const stream = await this.#ask(`run ${argv[0]} in ${name}`, async () => {
      const options = {
        Cmd: [...argv],
        AttachStdin: true,
        AttachStdout: true,
        AttachStderr: true,
        Tty: false,
      };
      const exec = await this.#docker.getContainer(name).exec(options);
      return exec.start({ hijack: true, stdin: true });
    });
    return { input: stream, ...demultiplex(stream) };
  }

  /** The streams of a container's main process. Not dockerode's `attach`: it sends a body, which Podman takes for input. */
  #attachToMain(id: string): Promise<Duplex> {
    const request = {
      path: `/containers/${id}/attach?`,
      options: { stream: true, stdin: true, stdout: true, stderr: true },
      method: 'POST',
      file: Buffer.alloc(0),
      hijack: true,
      isStream: true,
      statusCodes: { 101: true },
    };
    return new Promise((resolve, reject) =>
      this.#docker.modem.dial(request, (error: Error | null, stream: unknown) =>
        error ? reject(error) : resolve(stream as Duplex),
      ),
    );
  }

  async #create(spec: ContainerSpec, extra: Dockerode.ContainerCreateOptions): Promise<Dockerode.Container> {
    return this.#ask(`create ${spec.name}`, () =>
      this.#docker.createContainer({ ...hardenedContainer(spec), ...extra }),
    );
  }

  async #mountpoint(volume: string): Promise<string> {
    const { Mountpoint } = await this.#ask(`look up volume ${volume}`, () => this.#docker.getVolume(volume).inspect());
    return Mountpoint;
  }

  /** One place that turns the engine's failures into ours. */
  async #ask<T>(what: string, request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      throw asSandboxError(what, error as DockerFailure);
    }
  }
}

interface DockerFailure extends Error {
  statusCode?: number;
  code?: string;
  json?: { message?: string };
}

function asSandboxError(what: string, error: DockerFailure): SandboxError {
  const said = error.json?.message ?? error.message;
  const cause = { cause: error };
  if (error.statusCode === undefined) {
    return new SandboxError(
      'engine-unreachable',
      `The container engine went away (could not ${what}: ${said}).`,
      'Start the engine again, then resume; the sandbox is still there.',
      cause,
    );
  }
  if (/no space left on device/i.test(said)) {
    return new SandboxError(
      'disk-full',
      `The container engine's disk is full (could not ${what}).`,
      'Free space there, for example with `cofferdam sandbox prune` or `docker system prune`.',
      cause,
    );
  }
  if (error.statusCode === 404 && /no such image/i.test(said)) {
    return new SandboxError('image-missing', said, 'Pull or build the image, or name another one.', cause);
  }
  return new SandboxError(
    'engine-failed',
    `The container engine could not ${what}: ${said}`,
    'See `cofferdam doctor`.',
    cause,
  );
}

async function unlessStatus<T, F = undefined>(
  status: number,
  request: Promise<T>,
  otherwise?: F,
): Promise<T | F | undefined> {
  try {
    return await request;
  } catch (error) {
    if ((error as DockerFailure).statusCode === status) return otherwise;
    throw error;
  }
}

function labelFilter(labels: Labels): { label: string[] } {
  return {
    label: Object.entries(labels).map(([key, value]) => (value === '' ? key : `${key}=${value}`)),
  };
}

/** The first `limit` bytes as text; the rest is read and dropped. */
async function head(stream: Readable, limit: number): Promise<string> {
  async function* bounded() {
    let left = limit;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (left > 0) yield chunk.subarray(0, left);
      left -= chunk.length;
    }
  }
  return text(Readable.from(bounded()));
}
