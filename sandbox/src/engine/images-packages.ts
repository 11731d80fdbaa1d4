// Node and npm for the images come from their npm packages, so that one registry (or its mirror) serves everything.
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { extract, pack } from 'tar-stream';
import * as z from 'zod';
import { SandboxError } from '../errors.js';
import type { ContextFile } from './images-context.js';
import { runProgram } from './program.js';

const pinsSchema = z.record(z.string(), z.object({ version: z.string(), integrity: z.string() }));
type Pins = z.infer<typeof pinsSchema>;

/** `node.tar` and `npm.tar`, to be unpacked over `/usr/local`. `architecture` is the engine's: `amd64`, `arm64`. */
export async function fetchPackages(imagesFolder: string, architecture: string): Promise<ContextFile[]> {
  const pins = pinsSchema.parse(JSON.parse(await readFile(join(imagesFolder, 'packages.json'), 'utf8')));
  const node = `node-linux-${architecture === 'amd64' ? 'x64' : architecture}`;
  const [nodePackage, npmPackage] = await Promise.all([fetchPinned(pins, node), fetchPinned(pins, 'npm')]);
  return [
    { path: 'node.tar', content: await repack(nodePackage, nodePath) },
    { path: 'npm.tar', content: await repack(npmPackage, (path) => `lib/node_modules/npm/${path}`) },
  ];
}

/** The binary, and the headers that native addons are compiled against. */
function nodePath(path: string): string | undefined {
  return path === 'bin/node' || path.startsWith('include/') ? path : undefined;
}

/** Fetches a package's tarball with the user's own npm and its configuration, and checks it against the pin. */
async function fetchPinned(pins: Pins, name: string): Promise<Buffer> {
  const pin = pins[name];
  if (!pin) {
    throw new SandboxError('image-unusable', `images/packages.json pins no ${name}.`, 'Use an amd64 or arm64 engine.');
  }
  const folder = await mkdtemp(join(tmpdir(), 'cofferdam-npm-'));
  try {
    await runProgram('npm', ['pack', `${name}@${pin.version}`, '--pack-destination', folder]);
    const [file] = await readdir(folder);
    const tarball = await readFile(join(folder, file ?? ''));
    const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
    if (integrity === pin.integrity) return tarball;
    throw new SandboxError(
      'image-unusable',
      `The registry's ${name}@${pin.version} is not the package that images/packages.json pins (${integrity}).`,
      'Check the registry that npm is configured to use.',
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A plain tar of the files that `place` keeps, under the names it gives them. */
async function repack(tarball: Buffer, place: (path: string) => string | undefined): Promise<Buffer> {
  const target = pack();
  const content = buffer(Readable.from(target));
  for await (const entry of Readable.from([tarball]).pipe(createGunzip()).pipe(extract())) {
    const name = place(entry.header.name.replace(/^package\//, ''));
    if (entry.header.type === 'file' && name) {
      target.entry({ name, mode: entry.header.mode ?? 0o644, mtime: new Date(0) }, await buffer(entry));
    } else {
      entry.resume();
    }
  }
  target.finalize();
  return content;
}
