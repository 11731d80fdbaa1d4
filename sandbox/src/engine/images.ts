// The two images a sandbox runs: `tools` (trusted) and `command` (the default for what the model runs). A name holds
// a hash of what the image is made from, so one inspect tells whether it is there and current.
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type Dockerode from 'dockerode';
import { pack } from 'tar-stream';
import { SandboxError } from '../errors.js';
import { ensureBase, follow, hasImage } from './images-base.js';
import { type ContextFile, findImagesFolder, hashContext, readContext } from './images-context.js';
import { fetchPackages } from './images-packages.js';

export interface ImageNames {
  /** Holds the file and git servers and the reader of changes. */
  tools: string;
  /** What commands run in unless the user names an image. */
  command: string;
}

export interface ImageOptions {
  /** The folder with the Dockerfiles; default: the `images` folder nearest above this module. */
  folder?: string;
}

const kinds = ['tools', 'command'] as const;
const programs = ['workspace.mjs', 'files.mjs', 'git.mjs'];

/** The names of the current images. Reads the files they are built from: a few milliseconds. */
export async function imageNames({ folder = findImagesFolder() }: ImageOptions = {}): Promise<ImageNames> {
  const pins = await readContext(folder).then((files) => files.filter(({ path }) => path === 'packages.json'));
  const [tools, command] = await Promise.all(kinds.map((kind) => readContext(join(folder, kind))));
  return {
    tools: `cofferdam/tools:${hashContext([...pins, ...requirePrograms(tools ?? [])])}`,
    command: `cofferdam/command:${hashContext([...pins, ...(command ?? [])])}`,
  };
}

/** Those of the current images that the engine does not hold. */
export async function missingImages(docker: Dockerode, options: ImageOptions = {}): Promise<string[]> {
  const { tools, command } = await imageNames(options);
  const present = await Promise.all([tools, command].map((name) => hasImage(docker, name)));
  return [tools, command].filter((_, index) => !present[index]);
}

/**
 * Builds what is missing and resolves with the names. Takes milliseconds when nothing is, one to two minutes from
 * nothing. Throws `image-missing` where there is no base to start from, `engine-failed` where a build fails.
 */
export async function ensureImages(
  docker: Dockerode,
  { onProgress = () => {}, folder = findImagesFolder() }: ImageOptions & { onProgress?: (step: string) => void } = {},
): Promise<ImageNames> {
  const names = await imageNames({ folder });
  const missing = await missingImages(docker, { folder });
  if (missing.length === 0) return names;
  const { Arch: architecture } = await docker.version();
  const base = await ensureBase(docker, architecture, onProgress);
  onProgress('fetch Node and npm');
  const packages = await fetchPackages(folder, architecture);
  // The command image holds the compiler for the runner of the tools image, so it comes first.
  for (const kind of ['command', 'tools'] as const) {
    if (!missing.includes(names[kind])) continue;
    const files = [...(await readContext(join(folder, kind))), ...packages];
    const bases = { BASE: base, COMPILER: names.command };
    await build(docker, names[kind], bases, files, (step) => onProgress(`build ${kind} ${step}`));
  }
  return names;
}

function requirePrograms(files: ContextFile[]): ContextFile[] {
  const lost = programs.filter((program) => !files.some(({ path }) => path === `bundle/${program}`));
  if (lost.length === 0) return files;
  throw new SandboxError(
    'image-missing',
    `images/tools/bundle lacks ${lost.join(', ')}, which the build makes.`,
    'Run: npm run build',
  );
}

async function build(
  docker: Dockerode,
  name: string,
  bases: Readonly<Record<string, string>>,
  files: readonly ContextFile[],
  onProgress: (step: string) => void,
) {
  const context = pack();
  for (const { path, content } of files) context.entry({ name: path, mode: 0o644, mtime: new Date(0) }, content);
  context.finalize();
  let step = '0';
  try {
    const stream = await docker.buildImage(Readable.from(context), {
      t: name,
      buildargs: { ...bases, ...proxySettings() },
      networkmode: 'host',
      forcerm: true,
    });
    await follow(docker, stream, ({ stream: line = '' }) => {
      const [, started] = /^step (.+)/i.exec(line) ?? [];
      if (!started) return;
      step = started;
      onProgress(step);
    });
  } catch (error) {
    throw new SandboxError(
      'engine-failed',
      `Building ${name} failed at step ${step}: ${(error as Error).message}`,
      'Check that the engine reaches a Debian mirror, then run: cofferdam doctor --fix',
      { cause: error },
    );
  }
}

/** The engine knows these as build arguments that leave no trace in the image. */
function proxySettings(): Record<string, string> {
  const names = ['http_proxy', 'https_proxy', 'no_proxy'].flatMap((name) => [name, name.toUpperCase()]);
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name] ?? '']] : [])));
}
