// Installs Docker from the distribution's own packages and starts it.
import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectEngine, runProgram } from '@cofferdam/sandbox';
import type { Progress } from './check.js';

const startTimeoutMs = 60_000;
const logFile = '/var/log/dockerd.log';

export function isDebian(): boolean {
  if (process.platform !== 'linux' || !existsSync('/etc/os-release')) return false;
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync('/etc/os-release', 'utf8'));
}

/** As root on Debian or Ubuntu, unless the user named an engine: installing another would not help. */
export function canInstallEngine(env: NodeJS.ProcessEnv = process.env): boolean {
  return isDebian() && process.getuid?.() === 0 && !env['DOCKER_HOST'] && !env['DOCKER_CONTEXT'];
}

/** Resolves when the engine answers. */
export async function installEngine(progress: Progress): Promise<void> {
  if (!(await isInstalled())) {
    await apt(['update'], progress);
    await apt(['install', '-y', '--no-install-recommends', 'docker.io', 'iptables', 'mmdebstrap'], progress);
  }
  if (await answers()) return;
  progress('start dockerd');
  if (existsSync('/run/systemd/system')) {
    await runProgram('systemctl', ['enable', '--now', 'docker']);
    await untilItAnswers();
  } else {
    await startDaemon();
  }
}

async function isInstalled(): Promise<boolean> {
  return runProgram('dockerd', ['--version']).then(
    () => true,
    () => false,
  );
}

async function apt(args: string[], progress: Progress): Promise<void> {
  await runProgram('apt-get', args, {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    onLine: (line) => progress(`apt-get ${args[0]}: ${line}`),
  });
}

/** Without systemd nobody else looks after the daemon: it outlives this process, and writes its own pid file. */
async function startDaemon(): Promise<void> {
  const log = openSync(logFile, 'a');
  const daemon = spawn('dockerd', [], { detached: true, stdio: ['ignore', log, log] });
  const ended = new Promise<never>((_, reject) => {
    daemon.once('error', reject);
    daemon.once('exit', (code) => reject(new Error(`dockerd ended with ${code}:\n${lastLines(logFile)}`)));
  });
  try {
    await Promise.race([ended, untilItAnswers()]);
  } finally {
    daemon.unref();
  }
}

async function untilItAnswers(): Promise<void> {
  for (const deadline = Date.now() + startTimeoutMs; Date.now() < deadline; await sleep(200)) {
    if (await answers()) return;
  }
  throw new Error(`dockerd did not answer within ${startTimeoutMs / 1000} s. Its log: ${logFile}`);
}

async function answers(): Promise<boolean> {
  return connectEngine().then(
    () => true,
    () => false,
  );
}

function lastLines(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-10).join('\n');
}
