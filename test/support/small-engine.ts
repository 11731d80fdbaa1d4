// A second Docker engine with a small disk of its own, to fill and to kill. Needs root.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { connectEngine, ensureImages } from '@cofferdam/sandbox';

export class SmallEngine {
  readonly host: string;
  readonly #folder: string;
  #daemon: ChildProcess | undefined;

  /** `bytes`: the disk that images, volumes and containers share. */
  constructor(bytes: number) {
    this.#folder = mkdtempSync(join(tmpdir(), 'cofferdam-engine-'));
    this.host = `unix://${this.#folder}/docker.sock`;
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', this.#folder]);
  }

  async start(): Promise<void> {
    const log = openSync(join(this.#folder, 'log'), 'a');
    const at = (name: string) => join(this.#folder, name);
    const options = ['--data-root', at('data'), '--exec-root', at('exec'), '--pidfile', at('pid'), '--host', this.host];
    this.#daemon = spawn('dockerd', [...options, '--bridge=none', '--iptables=false'], { stdio: ['ignore', log, log] });
    for (let tries = 0; ; tries += 1) {
      try {
        this.docker('version');
        return;
      } catch (error) {
        if (tries > 100) throw error;
        await setTimeout(100);
      }
    }
  }

  /** Copies our tools image from the machine's own engine; it serves as the image of commands too. */
  async loadImages(): Promise<void> {
    const { docker } = await connectEngine({});
    const { tools, command } = await ensureImages(docker);
    execFileSync('sh', ['-c', 'docker save "$1" | docker --host "$2" load', 'sh', tools, this.host], {
      stdio: 'ignore',
    });
    this.docker('tag', tools, command);
  }

  /** From now on volumes lie on an overlay, and the kernel takes none of them for the upper layer of another. */
  putVolumesOnOverlay(): void {
    mountOverlay(join(this.#folder, 'below'), join(this.#folder, 'data/volumes'));
  }

  /** Ends the engine and all its containers at once, as a crash of the machine would. */
  async kill(): Promise<void> {
    const daemon = this.#daemon;
    this.#daemon = undefined;
    if (!daemon) return;
    const ended = new Promise((resolve) => daemon.once('exit', resolve));
    daemon.kill('SIGKILL');
    await ended;
    spawnSync('pkill', ['-KILL', '-f', join(this.#folder, 'exec')]);
    unmountBelow(join(this.#folder, 'exec')); // what lies in /run is gone after a crash of the machine
    for (const left of ['pid', 'exec']) rmSync(join(this.#folder, left), { recursive: true, force: true });
  }

  async remove(): Promise<void> {
    await this.kill();
    unmountBelow(this.#folder);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  docker(...args: string[]): string {
    return execFileSync('docker', ['--host', this.host, ...args], { encoding: 'utf8', stdio: 'pipe' }).trim();
  }
}

function unmountBelow(folder: string): void {
  const mounts = execFileSync('findmnt', ['-rno', 'TARGET'], { encoding: 'utf8' }).split('\n');
  for (const mount of mounts.filter((path) => path.startsWith(folder)).reverse()) execFileSync('umount', ['-l', mount]);
}

function mountOverlay(folder: string, at: string): void {
  const [lower, upper, work] = ['lower', 'upper', 'work'].map((name) => join(folder, name));
  for (const path of [lower, upper, work, at]) mkdirSync(String(path), { recursive: true });
  const options = `lowerdir=${lower},upperdir=${upper},workdir=${work}`;
  execFileSync('mount', ['-t', 'overlay', '-o', options, 'overlay', at]);
}
