// The peers: what a user would type with Docker's own command line.
import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export async function docker(...args: string[]): Promise<string> {
  const { stdout } = await run('docker', args, { maxBuffer: 1 << 30 });
  return stdout.trim();
}

/** Starts two bare containers of the same images, with an empty volume between them, the second in the first's network. */
export async function startTwo(images: { tools: string; command: string }, name: string): Promise<void> {
  const common = ['-d', '--entrypoint', 'sleep', '-v', `${name}:/workspace`];
  await docker('run', ...common, '--name', `${name}-a`, '--network', 'none', images.tools, 'infinity');
  await docker('run', ...common, '--name', `${name}-b`, '--network', `container:${name}-a`, images.command, 'infinity');
}

export async function removeTwo(name: string): Promise<void> {
  await docker('rm', '-f', `${name}-a`, `${name}-b`);
  await docker('volume', 'rm', name);
}

/** `tar c TREE | docker run -i IMAGE tar x` into a new volume, or into the container itself where no volume is named. */
export async function tarInto(image: string, tree: string, args: string[]): Promise<void> {
  const tar = spawn('tar', ['-c', '-C', tree, '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const script = 'mkdir -p /copy && exec tar -x -C /copy';
  const unpack = ['run', '-i', '--user', 'root', '--entrypoint', 'sh', ...args, image, '-c', script];
  const engine = spawn('docker', unpack, { stdio: [tar.stdout, 'ignore', 'inherit'] });
  const code = await new Promise((resolve) => engine.once('close', resolve));
  if (code !== 0) throw new Error(`docker run ended with ${code}`);
}
