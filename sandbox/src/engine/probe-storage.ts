// Tries on the engine itself what sessions need of its storage: room, and overlay volumes.
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { EngineConnection } from './connect.js';
import { DockerEngine } from './docker.js';
import type { ContainerSpec, Mount } from './engine.js';

export interface StorageReport {
  /** Bytes free where the engine keeps volumes. */
  freeBytes: number;
  /** Why overlay volumes cannot be used; undefined where they can. */
  overlayProblem?: string;
}

const LAYER = '/opt/cofferdam/layer';

/** Takes about a second: runs two small containers of the tools image and removes all it made. */
export async function probeStorage(connection: EngineConnection, toolsImage: string): Promise<StorageReport> {
  const engine = new DockerEngine(connection);
  const name = `cofferdam-probe-${randomBytes(5).toString('hex')}`;
  const [lower, upper, overlay] = [`${name}-lower`, `${name}-upper`, `${name}-overlay`];
  const labels = { 'cofferdam.kind': 'probe' };
  const run = (script: string, mounts: Mount[]) =>
    engine.runJob(job(name, toolsImage, script, mounts), Readable.from([]));
  try {
    await Promise.all([lower, upper].map((volume) => engine.createVolume(volume, labels)));
    const room = await run(`df --output=avail -B1 ${LAYER} >&2`, [
      { volume: lower, at: '/mnt', fill: false },
      { volume: upper, at: LAYER, fill: true },
    ]);
    const freeBytes = Number(room.stderr.split('\n')[1]);
    await engine.createOverlay(
      overlay,
      { lower: [{ volume: lower, folder: '.' }], upper: { volume: upper, folder: 'upper', work: 'work' } },
      labels,
    );
    const stacked = await run('touch /mnt/probe', [{ volume: overlay, at: '/mnt' }]).catch((error: Error) => ({
      exitCode: 1,
      stderr: error.message,
    }));
    return stacked.exitCode === 0 ? { freeBytes } : { freeBytes, overlayProblem: stacked.stderr.trim() };
  } finally {
    await engine.removeVolume(overlay);
    await Promise.all([lower, upper].map((volume) => engine.removeVolume(volume)));
  }
}

function job(name: string, image: string, script: string, mounts: Mount[]): ContainerSpec {
  const limits = { memoryBytes: 64 * 1024 ** 2, pids: 16, cpus: 1, scratchBytes: 1024 ** 2 };
  return {
    name,
    image,
    command: ['sh', '-c', script],
    env: {},
    workingDir: '/',
    mounts,
    limits,
    labels: { 'cofferdam.kind': 'probe' },
  };
}
