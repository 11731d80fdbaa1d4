// What a shell really runs for a line, told by programs that only write down how they were called.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../support/workspaces.js';

const folder = temporaryFolder();
const programs = join(folder, 'programs');
const log = join(folder, 'calls');

mkdirSync(programs);
for (const name of ['npm', 'curl']) {
  const file = join(programs, name);
  writeFileSync(file, `#!/bin/sh\nprintf '%s\\0' ${name} "$@" '' >> '${log}'\n`);
  chmodSync(file, 0o755);
}
for (const name of ['sh', 'bash', 'env', 'timeout', 'nice', 'nohup', 'xargs', 'cat', 'setsid', 'stdbuf', 'find']) {
  const real = ['/bin', '/usr/bin'].map((place) => join(place, name)).find((file) => existsSync(file));
  if (real) symlinkSync(real, join(programs, name));
}

/** Commands are run by Bash, or by sh where an image has no Bash. */
const shells = [['/bin/bash', '--norc'], ['/bin/dash']].filter(([shell = '']) => existsSync(shell));

/** The calls of `npm` and `curl` that a line makes, as their words, in any of the shells. */
export function callsOf(line: string): string[][] {
  return shells.flatMap(([shell = '', ...options]) => callsIn(shell, [...options, '-c', line]));
}

function callsIn(shell: string, args: readonly string[]): string[][] {
  const place = join(folder, 'place', 'work');
  mkdirSync(place, { recursive: true });
  writeFileSync(log, '');
  spawnSync(shell, args, {
    cwd: place,
    env: { PATH: programs, HOME: place },
    input: 'curl x\n',
    timeout: 5_000,
  });
  rmSync(join(folder, 'place'), { recursive: true });
  return readFileSync(log, 'utf8')
    .split('\0\0')
    .filter(Boolean)
    .map((call) => call.split('\0'));
}
