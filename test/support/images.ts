// Images like those that users bring, made on the machine's own engine from what our command image's packages offer.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { connectEngine, ensureImages } from '@cofferdam/sandbox';

/** A program without a C library's usual company: `tool made FILE` writes its user's number, `tool hang` stays for good. */
const TOOL = `
  #include <signal.h>
  #include <stdio.h>
  #include <string.h>
  #include <unistd.h>
  int main(int argc, char **argv) {
    if (argc == 3 && strcmp(argv[1], "made") == 0) {
      FILE *file = fopen(argv[2], "w");
      return !file || fprintf(file, "%d\\n", getuid()) < 0 || fclose(file);
    }
    signal(SIGTERM, SIG_IGN);
    if (fork() == 0) setsid();
    for (;;) pause();
  }`;

/** What the images are made of; the engine caches it, so only the first use on a machine takes its 20 s. */
const PARTS = `
  ARG COMMAND
  FROM \${COMMAND} AS parts
  USER root
  RUN apt-get update -qq && apt-get install -qq -y --no-install-recommends busybox-static musl-tools
  RUN mkdir -p /busybox/bin /musl/bin /musl/lib \\
   && cp /bin/busybox /busybox/bin/ \\
   && for applet in cat id setsid sh sleep; do ln -s busybox /busybox/bin/$applet; done \\
   && cp --dereference /lib/ld-musl-*.so.1 /musl/lib/ \\
   && echo ${Buffer.from(TOOL).toString('base64')} | base64 --decode | musl-gcc -x c -O -o /musl/bin/tool - && touch /empty
  FROM \${COMMAND} AS command
`;

/** Builds an image and answers its name. It may start FROM `command` (ours) and copy /busybox, /musl and /empty from `parts`. */
export async function buildImage(dockerfile: string): Promise<string> {
  const { command } = await ensureImages((await connectEngine()).docker);
  const args = ['http_proxy', 'https_proxy', 'no_proxy', `COMMAND=${command}`].flatMap((arg) => ['--build-arg', arg]);
  const input = (PARTS + dockerfile).replaceAll(/^ {2,}/gm, '');
  const name = `cofferdam-test:${randomBytes(5).toString('hex')}`;
  execFileSync('docker', ['build', '--tag', name, '--network=host', ...args, '-'], { input, stdio: 'pipe' });
  return name;
}

/** Removes an image but not what the engine keeps to build it again. */
export function removeImage(name: string): void {
  execFileSync('docker', ['image', 'rm', '--no-prune', name], { stdio: 'pipe' });
}
