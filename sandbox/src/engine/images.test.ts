import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectEngine } from './connect.js';
import { ensureImages, imageNames, missingImages } from './images.js';
import { findImagesFolder } from './images-context.js';
import { parseIndexTargets } from './images-debian.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cofferdam-images-'));
  await cp(findImagesFolder(), folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

describe('image names', () => {
  test('stay the same while nothing changes', async () => {
    expect(await imageNames({ folder })).toEqual(await imageNames());
  });

  test('change with the programs inside', async () => {
    const before = await imageNames({ folder });
    await writeFile(join(folder, 'tools/bundle/git.mjs'), '// another version');
    const after = await imageNames({ folder });
    expect(after.tools).not.toBe(before.tools);
    expect(after.command).toBe(before.command);
  });

  test('change with the pinned version of Node', async () => {
    const before = await imageNames({ folder });
    await writeFile(join(folder, 'packages.json'), '{}');
    expect((await imageNames({ folder })).command).not.toBe(before.command);
  });

  test('a program that was not built is named', async () => {
    await rm(join(folder, 'tools/bundle/files.mjs'));
    await expect(imageNames({ folder })).rejects.toMatchObject({
      code: 'image-missing',
      message: expect.stringContaining('lacks files.mjs'),
      remedy: 'Run: npm run build',
    });
  });
});

describe('building', () => {
  test('a changed program makes a new image, and only that one is built', async () => {
    const { docker } = await connectEngine();
    await writeFile(join(folder, 'tools/bundle/git.mjs'), `// ${folder}`);
    expect(await missingImages(docker, { folder })).toEqual([(await imageNames({ folder })).tools]);
    const steps: string[] = [];
    const { tools } = await ensureImages(docker, { folder, onProgress: (step) => steps.push(step) });
    try {
      expect(await missingImages(docker, { folder })).toEqual([]);
      expect(steps.some((step) => step.startsWith('build command'))).toBe(false);
    } finally {
      await docker.getImage(tools).remove();
    }
  }, 300_000);

  test('what does not match its pin is not used', async () => {
    const { docker } = await connectEngine();
    const file = join(folder, 'packages.json');
    const pins = await readFile(file, 'utf8');
    await writeFile(file, pins.replaceAll(/sha512-\w{8}/g, 'sha512-AAAAAAAA'));
    await expect(ensureImages(docker, { folder })).rejects.toMatchObject({ code: 'image-unusable' });
  }, 60_000);

  test('a build that fails says at which step', async () => {
    const { docker } = await connectEngine();
    await writeFile(join(folder, 'tools/Dockerfile'), 'FROM scratch\nCOPY nothing /\n');
    await expect(ensureImages(docker, { folder })).rejects.toMatchObject({
      code: 'engine-failed',
      message: expect.stringContaining('COPY nothing'),
    });
  }, 300_000);
});

describe('sources of Debian packages', () => {
  const stanza = (release: string, origin = 'Debian') =>
    `Origin: ${origin}\nRelease: ${release}\nComponent: main\nRepo-URI: http://mirror.example/debian/\nSourcesentry: /etc/apt/sources.list:3\n`;

  test("the release, its updates and its security fixes are taken from the host's own mirror", () => {
    const output = ['bookworm', 'bookworm-updates', 'bookworm-security'].map((name) => stanza(name)).join('\n');
    expect(parseIndexTargets(output, 'bookworm')).toEqual(
      ['bookworm', 'bookworm-updates', 'bookworm-security'].map((release) => ({
        uri: 'http://mirror.example/debian/',
        release,
        component: 'main',
        file: '/etc/apt/sources.list',
      })),
    );
  });

  test('backports, other releases and third parties are left out', () => {
    const output = [stanza('bookworm-backports'), stanza('sid'), stanza('bookworm', 'Docker')].join('\n');
    expect(parseIndexTargets(output, 'bookworm')).toEqual([]);
  });
});
