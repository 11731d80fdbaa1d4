// The system both images start from: Debian, from a registry where one answers, else from Debian packages.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Dockerode from 'dockerode';
import { makeDebianBase } from './images-debian.js';

const registryBase = 'debian:bookworm-slim';
const ownBase = 'cofferdam/base:debian';
/** A registry that sends nothing for so long is taken for absent: blocked networks often drop packets silently. */
const silenceMs = 20_000;

/** The name of a base image that the engine holds. */
export async function ensureBase(docker: Dockerode, architecture: string, onProgress: (step: string) => void) {
  if (await hasImage(docker, ownBase)) return ownBase;
  if (await hasImage(docker, registryBase)) return registryBase;
  onProgress(`pull ${registryBase}`);
  try {
    await pull(docker, registryBase, onProgress);
    return registryBase;
  } catch (error) {
    onProgress(`no registry answers (${(error as Error).message.trim()}): making the base from Debian packages`);
  }
  const folder = await mkdtemp(join(tmpdir(), 'cofferdam-base-'));
  try {
    const file = join(folder, 'base.tar');
    await makeDebianBase(architecture, file, onProgress);
    onProgress('import the base image');
    // The whole name as the repository, as Docker's client has it: Podman passes over a tag beside it.
    await follow(docker, await docker.importImage(file, { repo: ownBase }));
    return ownBase;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function hasImage(docker: Dockerode, name: string): Promise<boolean> {
  try {
    await docker.getImage(name).inspect();
    return true;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return false;
    throw error;
  }
}

export async function pull(docker: Dockerode, name: string, onProgress: (step: string) => void) {
  const silence = new AbortController();
  const giveUp = () => silence.abort(new Error(`silent for ${silenceMs / 1000} s`));
  let timer = setTimeout(giveUp, silenceMs);
  try {
    const stream = await docker.pull(name, { abortSignal: silence.signal });
    await follow(docker, stream, ({ status, id, progress }) => {
      clearTimeout(timer);
      timer = setTimeout(giveUp, silenceMs);
      onProgress(`pull ${name}: ${[id, status, progress].filter(Boolean).join(' ')}`);
    });
  } catch (error) {
    throw silence.signal.aborted ? silence.signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}

/** One line of the progress that builds, pulls and imports send. */
export interface EngineEvent {
  stream?: string;
  status?: string;
  id?: string;
  progress?: string;
  error?: string;
}

/** Resolves when the engine has finished; rejects with the error it sends. */
export function follow(
  docker: Dockerode,
  stream: NodeJS.ReadableStream,
  onEvent: (event: EngineEvent) => void = () => {},
) {
  return new Promise<void>((resolve, reject) => {
    // The engine answers 200 before it begins, so a failure is an event like any other.
    let failure: string | undefined;
    docker.modem.followProgress(
      stream,
      (error) => {
        if (error) reject(error);
        else if (failure !== undefined) reject(new Error(failure));
        else resolve();
      },
      (event: EngineEvent) => {
        failure ??= event.error;
        onEvent(event);
      },
    );
  });
}
