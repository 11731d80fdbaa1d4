// Finds the container engine: what the environment names, else the usual sockets, first answer wins.
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type Dockerode from 'dockerode';
import { SandboxError } from '../errors.js';
import { type Candidate, engineCandidates } from './connect-candidates.js';

/** An engine that answered. */
export interface EngineConnection {
  docker: Dockerode;
  /** As DOCKER_HOST would name it, e.g. `unix:///var/run/docker.sock`. */
  endpoint: string;
  kind: 'docker' | 'podman';
  /** The engine's own version, e.g. `20.10.24+dfsg1`. */
  version: string;
  /** `amd64`, `arm64`, ...: what its containers run on. */
  architecture: string;
  /** Version of each part the engine names (`containerd`, `runc`, ...). */
  components: Readonly<Record<string, string>>;
}

const probeTimeoutMs = 5_000;

/**
 * Connects to the first engine that answers. Throws `engine-unreachable`, naming every endpoint that was tried and
 * why it failed.
 */
export async function connectEngine(env: NodeJS.ProcessEnv = process.env): Promise<EngineConnection> {
  // Half of the time until the first answer is the loading of dockerode: programs that need no engine skip it.
  const { default: Docker } = await import('dockerode');
  const failures: string[] = [];
  for (const candidate of await engineCandidates(env, homedir())) {
    try {
      return await probe(new Docker(await dockerOptions(candidate)), candidate.endpoint);
    } catch (error) {
      failures.push(`${candidate.endpoint} (${candidate.source}): ${explain(error)}`);
    }
  }
  throw new SandboxError(
    'engine-unreachable',
    `No container engine answers.\n${failures.map((failure) => `  ${failure}`).join('\n')}`,
    failures.some((failure) => failure.includes(permissionDenied))
      ? 'Add yourself to the docker group (sudo usermod -aG docker "$USER"), then log in again.'
      : 'Start Docker, or set DOCKER_HOST to an engine that runs.',
  );
}

async function probe(docker: Dockerode, endpoint: string): Promise<EngineConnection> {
  const about = await withTimeout(docker.version());
  const components = Object.fromEntries(
    (about.Components ?? []).map(({ Name, Version }): [string, string] => [Name, Version]),
  );
  return {
    docker,
    endpoint,
    kind: Object.keys(components).some((name) => name.startsWith('Podman')) ? 'podman' : 'docker',
    version: about.Version,
    architecture: about.Arch,
    components,
  };
}

async function withTimeout<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${probeTimeoutMs / 1000} s`)), probeTimeoutMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function dockerOptions({ endpoint, tlsFolder }: Candidate): Promise<Dockerode.DockerOptions> {
  const url = new URL(endpoint);
  switch (url.protocol) {
    case 'unix:':
      return { socketPath: decodeURIComponent(url.pathname) };
    case 'npipe:':
      return { socketPath: endpoint.slice('npipe://'.length) };
    case 'tcp:':
    case 'http:':
    case 'https:': {
      const secure = tlsFolder !== undefined || url.protocol === 'https:';
      const address = {
        host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
        port: url.port || (secure ? 2376 : 2375),
        protocol: secure ? ('https' as const) : ('http' as const),
        pathPrefix: url.pathname.replace(/\/$/, ''),
      };
      if (tlsFolder === undefined) return address;
      const [ca, cert, key] = await Promise.all(
        ['ca.pem', 'cert.pem', 'key.pem'].map((name) => readFile(join(tlsFolder, name), 'utf8')),
      );
      return {
        ...address,
        ...(ca && { ca }),
        ...(cert && { cert }),
        ...(key && { key }),
      };
    }
    case 'ssh:':
      // docker-modem would speak SSH without checking the host's key or reading the user's SSH configuration.
      throw new Error(
        `not spoken directly; forward the socket: ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock ${url.host} & export DOCKER_HOST=unix:///tmp/docker.sock`,
      );
    default:
      throw new Error('its scheme is none of unix, tcp, http, https and npipe');
  }
}

const permissionDenied = 'permission denied';

function explain(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such socket';
  if (code === 'EACCES' || code === 'EPERM') return permissionDenied;
  if (code === 'ECONNREFUSED') return 'nothing listens there';
  return message || String(error);
}
