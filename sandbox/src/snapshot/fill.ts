// Fills folders of volumes from the host, in helper containers that never run anything foreign.
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Engine, JobResult, Limits, Mount } from '../engine/engine.js';
import { SandboxError } from '../errors.js';
import { encodePath } from '../paths.js';
import { pack } from './pack.js';
import type { Source, Workspace } from './workspace.js';

export interface FillerOptions {
  engine: Engine;
  toolsImage: string;
  limits: Limits;
  signal?: AbortSignal;
  onWarning(message: string): void;
}

interface Filling {
  /** Where the copy's root is in the helper container. */
  folder: string;
  mounts: Mount[];
  /** Paths to bring, a list a source of the workspace. */
  changed: readonly string[][];
  /** Paths to remove first, relative to the copy's root. */
  removed: readonly string[];
}

export class Filler {
  readonly #workspace: Workspace;
  readonly #options: FillerOptions;

  constructor(workspace: Workspace, options: FillerOptions) {
    this.#workspace = workspace;
    this.#options = options;
  }

  /** Removes what is gone and brings what is new. Throws `disk-full`, `workspace-unusable` or `engine-failed`. */
  async fill({ folder, mounts, changed, removed }: Filling): Promise<void> {
    for (const [i, source] of this.#workspace.sources.entries()) {
      const wanted = changed[i] ?? [];
      if (i === 0) await this.#unpack(source, wanted, { folder, mounts, removed });
      else if (wanted.length > 0) await this.#unpack(source, wanted, { folder, mounts, removed: [] });
    }
    if (this.#workspace.gathered) await this.#mendGatheredGit(folder, mounts);
  }

  /** Runs a command in a helper container to its end. Throws as `fill` does. */
  async run(command: string[], mounts: Mount[]): Promise<void> {
    const [job] = await Promise.allSettled([this.#start(command, mounts, Readable.from([]))]);
    expectSuccess(job);
  }

  async #unpack(
    source: Source,
    paths: readonly string[],
    { folder, mounts, removed }: Pick<Filling, 'folder' | 'mounts' | 'removed'>,
  ): Promise<void> {
    const list = Buffer.concat(removed.flatMap((path) => [encodePath(`./${path}`), Buffer.of(0)]));
    const packing = pack(source.path, paths, this.#options.signal);
    // The list of what is gone comes first on stdin; its length tells the shell where the archive begins.
    const script = `cd "$1" && head -c "$2" | xargs -0 -r rm -rf -- && mkdir -p -- "$3" && exec tar --extract --file=- \
      --directory "$3" --preserve-permissions --no-same-owner --delay-directory-restore`;
    const command = ['/bin/sh', '-c', script, 'unpack', folder, String(list.length), `./${source.target}`];
    const stdin = Readable.from(prefixed(list, packing.stream), { objectMode: false });
    const [job, packed] = await Promise.allSettled([this.#start(command, mounts, stdin), packing.warnings]);
    // Each end may fail because of the other: the one that failed first is the one to tell of.
    const cut = job.status === 'fulfilled' && job.value.stderr.includes('Unexpected EOF');
    if (packed.status === 'rejected' && (cut || isSuccess(job))) throw packed.reason;
    expectSuccess(job);
    if (packed.status === 'rejected') throw packed.reason;
    for (const warning of packed.value) this.#options.onWarning(`Not in the sandbox's copy: ${warning}`);
  }

  /** A gathered `.git` is a repository of its own: it is not bare and its work tree is where it lies. */
  async #mendGatheredGit(folder: string, mounts: Mount[]): Promise<void> {
    // Exit code 5: there was nothing to unset.
    const script = `cd / && git config --file "$1/.git/config" core.bare false || exit
      for file in config config.worktree; do
        [ ! -f "$1/.git/$file" ] || git config --file "$1/.git/$file" --unset-all core.worktree || [ $? -eq 5 ] || exit
      done`;
    await this.run(['/bin/sh', '-c', script, 'mend', folder], mounts);
  }

  #start(command: string[], mounts: Mount[], stdin: Readable): Promise<JobResult> {
    const { engine, toolsImage, limits, signal } = this.#options;
    const name = `cofferdam-job-${randomBytes(6).toString('hex')}`;
    const spec = {
      name,
      limits,
      image: toolsImage,
      command,
      env: {},
      workingDir: '/',
      mounts,
      labels: { 'cofferdam.kind': 'job' },
    };
    return engine.runJob(spec, stdin, signal);
  }
}

async function* prefixed(head: Buffer, rest: Readable): AsyncGenerator<Buffer> {
  yield head;
  yield* rest as AsyncIterable<Buffer>;
}

function isSuccess(job: PromiseSettledResult<JobResult>): boolean {
  return job.status === 'fulfilled' && job.value.exitCode === 0;
}

function expectSuccess(job: PromiseSettledResult<JobResult>): void {
  if (job.status === 'rejected') throw job.reason;
  const { exitCode, stderr } = job.value;
  if (exitCode === 0) return;
  const said = stderr.trim().split('\n')[0];
  // GNU tar tells of a full disk only by what it could not write.
  throw /No space left on device|Disk quota exceeded|Wrote only \d+ of/.test(stderr)
    ? new SandboxError(
        'disk-full',
        `The container engine's disk is full: ${said}`,
        'Free space there, for example with `cofferdam sandbox prune` or `docker system prune`, then try again.',
      )
    : new SandboxError(
        'engine-failed',
        `The copy of the workspace could not be made: ${said || `exit code ${exitCode}`}`,
        'See `cofferdam doctor`, then try again.',
      );
}
