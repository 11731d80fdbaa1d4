// An image of the user's own to run commands in.
import type Dockerode from 'dockerode';
import { SandboxError } from '../errors.js';
import { hasImage, pull } from './images-base.js';

const IMAGE_NAME = /^[a-zA-Z0-9][\w.\-/:@]*$/;

/** Pulls `image` unless the engine has it. Throws `image-missing` when it cannot be had. */
export async function ensureUserImage(
  docker: Dockerode,
  image: string,
  onProgress: (step: string) => void,
): Promise<void> {
  if (!IMAGE_NAME.test(image)) {
    throw new SandboxError(
      'image-missing',
      `${JSON.stringify(image)} is not an image's name.`,
      'Write it as NAME, NAME:TAG, REGISTRY/NAME:TAG or NAME@DIGEST.',
    );
  }
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
