// An image of the user's own to run commands in.
import type Dockerode from 'dockerode';
import { SandboxError } from '../errors.js';
import { hasImage, pull } from './images-base.js';

/** Pulls `image` unless the engine has it. Throws `image-missing` when it cannot be had. */
export async function ensureUserImage(
  docker: Dockerode,
  image: string,
  onProgress: (step: string) => void,
): Promise<void> {
  if (await hasImage(docker, image)) return;
  try {
    await pull(docker, image, onProgress);
  } catch (error) {
    throw new SandboxError(
      'image-missing',
      `The engine has no image ${JSON.stringify(image)} and cannot pull it: ${(error as Error).message}`,
      'Check the name, sign in with `docker login`, or build the image first.',
      { cause: error },
    );
  }
}
