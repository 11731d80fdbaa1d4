import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { collect, listSandboxes, openSandbox } from '@cofferdam/sandbox';
import { afterAll, describe, expect, test } from 'vitest';
import { buildImage, removeImage } from '../support/images.js';
import { opened, repositoryWith, sh, temporaryFolder } from '../support/workspaces.js';

const docker = (...args: string[]) => execFileSync('docker', args, { encoding: 'utf8' }).trim();

const made: string[] = [];
afterAll(() => made.forEach(removeImage));
async function image(dockerfile: string): Promise<string> {
  const name = await buildImage(dockerfile);
  made.push(name);
  return name;
}

const SHELL = {
  make: ['sh', '-c', 'id -u > made.txt'],
  hang: ['sh', '-c', 'trap "" TERM; setsid sleep 4248 & sleep 4248'],
};
const TOOL = { make: ['tool', 'made', 'made.txt'], hang: ['tool', 'hang'] };

describe('an image', () => {
  test.each([
    ['with glibc, whose user is root', 'FROM command\nUSER root', SHELL],
    ['of one static program, without a C library', 'FROM scratch\nCOPY --from=parts /busybox /', SHELL],
    ['with musl, without a shell and /tmp', 'FROM scratch\nCOPY --from=parts /musl /', TOOL],
    [
      'with a /workspace and a home of its own, and links where scratch folders go',
      `FROM command
       USER root
       RUN mkdir -p /workspace /home/cofferdam /elsewhere && touch /workspace/of-the-image /home/cofferdam/of-the-image \\
        && rm -rf /tmp /var/tmp && ln -s /elsewhere /var/tmp && ln -s var/tmp /tmp`,
      SHELL,
    ],
    [
      'with instructions of its own',
      `FROM command
       USER 65534:65534
       ENTRYPOINT ["/no/such/program"]
       WORKDIR /srv
       HEALTHCHECK --interval=1s CMD touch /workspace/checked
       STOPSIGNAL SIGSTOP
       VOLUME /data /tmp /workspace /home/cofferdam`,
      SHELL,
    ],
  ])('%s runs commands, all of which end, and leaves nothing behind', async (_, dockerfile, { make, hang }) => {
    const root = repositoryWith({ 'a.txt': 'a' });
    const sandbox = await openSandbox({ workspace: root, home: temporaryFolder(), image: await image(dockerfile) });
    const container = `cofferdam-${sandbox.id}-command`;
    const volumes = JSON.parse(docker('inspect', '--format', '{{json .Mounts}}', container));
    try {
      expect(await collect(sandbox.exec(make))).toMatchObject({ exitCode: 0 });
      const hung = await collect(sandbox.exec(hang, { timeoutMs: 500 }));
      expect(hung).toMatchObject({ exitCode: null, signal: 'SIGKILL', timedOut: true });
      const [, ...processes] = docker('top', container, '-eo', 'pid,args').split('\n');
      expect(processes.filter((line) => !line.includes('/.cofferdam/runner'))).toEqual([]);

      expect((await sandbox.changes()).changes).toMatchObject([{ path: 'made.txt', kind: 'added' }]);
      expect((await sandbox.apply()).applied).toEqual(['made.txt']);
      expect(readFileSync(join(root, 'made.txt'), 'utf8')).toBe('1000\n');
      expect(statSync(join(root, 'made.txt')).uid).toBe(process.getuid?.());
    } finally {
      await sandbox.close();
    }
    expect(docker('ps', '--all', '--quiet', '--filter', `name=${sandbox.id}`)).toBe('');
    const left = docker('volume', 'ls', '--quiet').split('\n');
    const shared = /^cofferdam-runtime-/; // what every sandbox's commands are started by
    const own = volumes.flatMap(({ Name }: { Name?: string }) => (Name && !shared.test(Name) ? [Name] : []));
    expect(own.length).toBeGreaterThan(0);
    expect(left.filter((name) => own.includes(name) || name.includes(sandbox.id))).toEqual([]);
  });

  test("keeps its environment and its folders' content, but not its rights to write there", async () => {
    const dockerfile = 'FROM command\nUSER root\nENV ADDED=yes\nRUN echo kept > /etc/kept && chmod 666 /etc/kept';
    const sandbox = await opened(repositoryWith({}), { image: await image(dockerfile) });
    expect(await sh(sandbox, 'echo $ADDED; cat /etc/kept; echo x > /etc/kept || pwd')).toBe('yes\nkept\n/workspace');
  });

  test('that leaves no room for what we mount is refused, and the next session is as quick as ever', async () => {
    const root = repositoryWith({ 'a.txt': 'a' });
    const home = temporaryFolder();
    const warnings: string[] = [];
    const options = { workspace: root, home, onWarning: (message: string) => warnings.push(message) };
    const unusable = await image('FROM scratch\nCOPY --from=parts /musl /\nCOPY --from=parts /empty /home/cofferdam');
    await expect(openSandbox({ ...options, image: unusable })).rejects.toMatchObject({
      code: 'image-unusable',
      message: expect.stringContaining('/home/cofferdam'),
    });
    expect((await listSandboxes()).filter(({ workspace }) => workspace === root)).toEqual([]);
    await (await openSandbox(options)).close();
    expect(warnings).toEqual([]); // none says that this engine cannot stack volumes
  });
});
