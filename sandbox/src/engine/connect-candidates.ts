// Where a container engine may listen, in the order in which Docker's own client and the known installers look.
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { SandboxError } from '../errors.js';

export interface Candidate {
  endpoint: string;
  /** Where the endpoint comes from, for people. */
  source: string;
  /** Folder with `ca.pem`, `cert.pem` and `key.pem`; undefined: no TLS. */
  tlsFolder?: string;
}

/** A DOCKER_HOST or DOCKER_CONTEXT that is set is the only candidate: the user named it. Times: one or two file reads. */
export async function engineCandidates(
  env: NodeJS.ProcessEnv,
  home: string,
  platform: NodeJS.Platform = process.platform,
): Promise<Candidate[]> {
  const config = env['DOCKER_CONFIG'] || join(home, '.docker');
  if (env['DOCKER_HOST']) {
    const endpoint = checkEndpoint(env['DOCKER_HOST'], 'DOCKER_HOST');
    const tls = env['DOCKER_TLS_VERIFY'] ? { tlsFolder: env['DOCKER_CERT_PATH'] || config } : {};
    return [{ endpoint, source: 'DOCKER_HOST', ...tls }];
  }
  const named = env['DOCKER_CONTEXT'];
  const context = await readContext(config, named ?? (await currentContext(config)));
  if (named && named !== 'default' && !context) {
    throw new SandboxError(
      'engine-unreachable',
      `DOCKER_CONTEXT names ${JSON.stringify(named)}, which ${config} does not hold.`,
      'Choose one that "docker context ls" lists.',
    );
  }
  if (context && named) return [context];
  return [...(context ? [context] : []), ...usualSockets(env, home, platform)];
}

function usualSockets(env: NodeJS.ProcessEnv, home: string, platform: NodeJS.Platform): Candidate[] {
  if (platform === 'win32') {
    return ['docker_engine', 'podman-machine-default'].map((name) => ({
      endpoint: `npipe:////./pipe/${name}`,
      source: 'named pipe',
    }));
  }
  const runtime = env['XDG_RUNTIME_DIR'];
  const sockets: [source: string, path: string | undefined][] = [
    ['default socket', '/var/run/docker.sock'],
    ['rootless Docker', runtime && join(runtime, 'docker.sock')],
    ['Docker Desktop', join(home, '.docker/run/docker.sock')],
    ['Docker Desktop', join(home, '.docker/desktop/docker.sock')],
    ['rootless Podman', runtime && join(runtime, 'podman/podman.sock')],
    ['Podman', '/run/podman/podman.sock'],
    ['Podman machine', join(home, '.local/share/containers/podman/machine/podman.sock')],
  ];
  return sockets.flatMap(([source, path]) => (path ? [{ endpoint: `unix://${path}`, source }] : []));
}

const configSchema = z.object({ currentContext: z.string().optional() });
const contextSchema = z.object({
  Endpoints: z.object({ docker: z.object({ Host: z.string() }) }),
});

async function currentContext(config: string): Promise<string | undefined> {
  const parsed = configSchema.safeParse(await readJson(join(config, 'config.json')));
  return parsed.success ? parsed.data.currentContext : undefined;
}

/** Docker's client keeps a context in folders that are named by the SHA-256 of its name. */
async function readContext(config: string, name: string | undefined): Promise<Candidate | undefined> {
  if (!name || name === 'default') return undefined;
  const id = createHash('sha256').update(name).digest('hex');
  const parsed = contextSchema.safeParse(await readJson(join(config, 'contexts/meta', id, 'meta.json')));
  if (!parsed.success) return undefined;
  const source = `Docker context ${name}`;
  const endpoint = checkEndpoint(parsed.data.Endpoints.docker.Host, source);
  const tlsFolder = join(config, 'contexts/tls', id, 'docker');
  const tls = await stat(tlsFolder).catch(() => undefined);
  return { endpoint, source, ...(tls && { tlsFolder }) };
}

function checkEndpoint(endpoint: string, source: string): string {
  if (URL.canParse(endpoint)) return endpoint;
  throw new SandboxError(
    'engine-unreachable',
    `${source} holds ${JSON.stringify(endpoint)}, which is not an address.`,
    'Write it like unix:///var/run/docker.sock or tcp://host:2376.',
  );
}

/** Undefined where the file is missing or broken: Docker's client has the last word on its own files, not we. */
async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}
