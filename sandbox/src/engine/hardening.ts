// How every container of ours is locked down; the only place that writes a container's configuration.
import type { ContainerCreateOptions } from 'dockerode';
import type { ContainerSpec, Mount } from './engine.js';

/** Nobody's user in any image, and the owner of every file in a copy. */
const SANDBOX_USER = '1000:1000';
const SANDBOX_HOME = '/home/cofferdam';

/** No capabilities, no new privileges, no network but loopback, read-only root, a fixed unprivileged user, limits. */
export function hardenedContainer(spec: ContainerSpec): ContainerCreateOptions {
  const { limits } = spec;
  const scratch = `rw,nosuid,nodev,exec,mode=1777,size=${limits.scratchBytes}`;
  return {
    name: spec.name,
    Image: spec.image,
    Entrypoint: spec.command.slice(0, 1),
    Cmd: spec.command.slice(1),
    Env: Object.entries({ HOME: SANDBOX_HOME, ...spec.env }).map(([key, value]) => `${key}=${value}`),
    User: SANDBOX_USER,
    WorkingDir: spec.workingDir,
    Labels: { ...spec.labels },
    Healthcheck: { Test: ['NONE'] },
    StopSignal: 'SIGTERM',
    HostConfig: {
      Binds: spec.mounts.map(bind),
      NetworkMode: spec.joinNetworkOf ? `container:${spec.joinNetworkOf}` : 'none',
      IpcMode: 'private',
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges:true'],
      Tmpfs: {
        '/tmp': scratch,
        '/var/tmp': scratch,
        '/run': scratch,
        [SANDBOX_HOME]: scratch,
      },
      Memory: limits.memoryBytes,
      MemorySwap: limits.memoryBytes,
      PidsLimit: limits.pids,
      CpuQuota: Math.round(limits.cpus * 100_000),
      CpuPeriod: 100_000,
      // Output goes over attached streams; a log on the engine's disk would have no bound.
      LogConfig: { Type: 'none', Config: {} },
      RestartPolicy: { Name: 'no' },
    },
  };
}

/** A bind's options: read-only or not, and whether an empty volume is filled from the image. */
function bind({ volume, at, readOnly = false, fill = false }: Mount): string {
  return `${volume}:${at}:${readOnly ? 'ro' : 'rw'}${fill ? '' : ',nocopy'}`;
}
