// What an image is built from: the files of its folder under images/, and a name that changes when they do.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SandboxError } from '../errors.js';

export interface ContextFile {
  /** Relative to the image's folder, slash-separated. */
  path: string;
  content: Buffer;
}

/** The nearest `images` folder above this module: beside the packages in a checkout, beside the bundle in an installation. */
export function findImagesFolder(from = fileURLToPath(import.meta.url)): string {
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    const images = join(folder, 'images');
    if (existsSync(join(images, 'tools/Dockerfile'))) return images;
    if (dirname(folder) === folder) {
      throw new SandboxError('image-missing', `No images folder lies above ${from}.`, 'Install Cofferdam again.');
    }
  }
}

/** The files of `images/IMAGE` that go into its build, sorted by path. Throws `image-missing` where the build left none. */
export async function readContext(folder: string): Promise<ContextFile[]> {
  const entries = await readdir(folder, {
    recursive: true,
    withFileTypes: true,
  });
  const paths = entries
    .filter((entry) => entry.isFile() && !/\.(test\.ts|md)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return Promise.all(
    paths.map(async (path) => ({
      path: path.slice(folder.length + 1).replaceAll('\\', '/'),
      content: await readFile(path),
    })),
  );
}

/** The first 16 hex digits of a SHA-256 over names and contents. */
export function hashContext(files: readonly ContextFile[]): string {
  const hash = createHash('sha256');
  for (const { path, content } of files) hash.update(`${path}\0${content.length}\0`).update(content);
  return hash.digest('hex').slice(0, 16);
}
