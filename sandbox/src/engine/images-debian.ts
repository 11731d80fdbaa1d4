// A base image from Debian packages, where no registry answers: the host's own apt sources say where they come from.
import { readFile } from 'node:fs/promises';
import { SandboxError } from '../errors.js';
import { runProgram } from './program.js';

/** Makes a tar of a minimal Debian (or Ubuntu, on Ubuntu) for `architecture`. Takes 10 to 60 s. */
export async function makeDebianBase(architecture: string, target: string, onProgress: (step: string) => void) {
  if (process.platform !== 'linux') throw cannotMake('this machine is not Debian or Ubuntu');
  const codename = /^VERSION_CODENAME="?(\w+)/m.exec(await readFile('/etc/os-release', 'utf8'))?.[1];
  if (!codename) throw cannotMake('/etc/os-release names no release');
  const asRoot = process.getuid?.() === 0;
  const sources = await aptSources(codename, asRoot, onProgress);
  if (sources.lines.length === 0) throw cannotMake('apt has no http mirror of this release');
  await installMmdebstrap(asRoot, onProgress);
  await runProgram(
    'mmdebstrap',
    [
      '--variant=minbase',
      `--architectures=${architecture}`,
      ...(await aptOptions()).map((option) => `--aptopt=${option}`),
      ...sources.keyrings.map((file) => `--setup-hook=install -D -m 0644 '${file}' "$1"'${file}'`),
      ...(sources.lines.some((line) => line.includes('https:'))
        ? ['--include=ca-certificates', `--customize-hook=copy-in ${hostCertificates} /etc/ssl/certs`]
        : []),
      codename,
      target,
      ...sources.lines,
    ],
    {
      onLine: (line) => line.startsWith('I: ') && onProgress(`mmdebstrap: ${line.slice(3)}`),
    },
  );
}

const hostCertificates = '/etc/ssl/certs/ca-certificates.crt';

function cannotMake(reason: string): SandboxError {
  return new SandboxError(
    'image-missing',
    `There is no base image: no registry answers, and it cannot be made from Debian packages (${reason}).`,
    'Make debian:bookworm-slim known to the engine (docker pull or docker load), then try again.',
  );
}

async function installMmdebstrap(asRoot: boolean, onProgress: (step: string) => void) {
  const present = await runProgram('mmdebstrap', ['--version']).catch(() => undefined);
  if (present !== undefined) return;
  if (!asRoot) throw cannotMake('mmdebstrap is missing: sudo apt-get install -y mmdebstrap');
  onProgress('apt-get install mmdebstrap');
  await runProgram('apt-get', ['install', '-y', '--no-install-recommends', 'mmdebstrap'], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    onLine: (line) => onProgress(`apt-get: ${line}`),
  });
}

interface AptSources {
  /** One-line `deb` entries for this release, its updates and its security fixes. */
  lines: string[];
  /** Key files that the entries name; they must exist in the new system too. */
  keyrings: string[];
}

async function aptSources(codename: string, asRoot: boolean, onProgress: (step: string) => void): Promise<AptSources> {
  const found = parseIndexTargets(await indexTargets(), codename);
  if (found.length > 0 || !asRoot) return describeSources(found);
  // apt learns a mirror's origin from the mirror's Release file, so a machine that never ran "update" names none.
  onProgress('apt-get update');
  await runProgram('apt-get', ['update'], {
    onLine: (line) => onProgress(`apt-get: ${line}`),
  });
  return describeSources(parseIndexTargets(await indexTargets(), codename));
}

const indexTargets = () => runProgram('apt-get', ['indextargets', 'Created-By: Packages']);

interface IndexTarget {
  uri: string;
  release: string;
  component: string;
  /** The sources file this entry comes from. */
  file: string;
}

/** The release's own indexes among what `apt-get indextargets` prints; backports and third parties are left out. */
export function parseIndexTargets(output: string, codename: string): IndexTarget[] {
  return output
    .split('\n\n')
    .map((stanza) => new Map(stanza.split('\n').map((line) => line.split(/: (.*)/s, 2) as [string, string])))
    .filter((target) => ['Debian', 'Ubuntu'].includes(target.get('Origin') ?? ''))
    .map((target) => ({
      uri: target.get('Repo-URI') ?? '',
      release: target.get('Release') ?? '',
      component: target.get('Component') ?? '',
      file: (target.get('Sourcesentry') ?? '').replace(/:\d+$/, ''),
    }))
    .filter(({ release }) => [codename, `${codename}-updates`, `${codename}-security`].includes(release));
}

async function describeSources(targets: readonly IndexTarget[]): Promise<AptSources> {
  const components = new Map<string, Set<string>>();
  for (const { uri, release, component } of targets) {
    const mirror = await resolveMirror(uri);
    if (!/^https?:/.test(mirror)) continue;
    const key = `${mirror} ${release}`;
    components.set(key, (components.get(key) ?? new Set()).add(component));
  }
  const files = await Promise.all([...new Set(targets.map(({ file }) => file))].map((file) => readFile(file, 'utf8')));
  const keyrings = files.flatMap((text) =>
    [...text.matchAll(/signed-by\s*[:=]\s*(\/[^\s\]']+)/gi)].map((match) => match[1] ?? ''),
  );
  const signedBy = keyrings.length > 0 ? `[signed-by=${[...new Set(keyrings)].join(',')}] ` : '';
  return {
    lines: [...components].map(([place, names]) => `deb ${signedBy}${place} ${[...names].join(' ')}`),
    keyrings: [...new Set(keyrings)],
  };
}

/** Debian's cloud images name their mirror through a file that lists it. */
async function resolveMirror(uri: string): Promise<string> {
  if (!uri.startsWith('mirror+file:')) return uri;
  const list = await readFile(uri.slice('mirror+file:'.length).replace(/^\/+/, '/').replace(/\/$/, ''), 'utf8');
  return list.match(/^\s*(https?:\S+)/m)?.[1] ?? uri;
}

/** The apt settings that decide whether a mirror can be reached and believed: proxies, certificates, date checks. */
async function aptOptions(): Promise<string[]> {
  const dump = await runProgram('apt-config', ['dump', '--no-empty', '--format', '%F "%v"%n', 'Acquire']);
  return dump.split('\n').filter((line) => /^Acquire::(https?::|Check-)/.test(line) && !line.includes('Auto-Detect'));
}
