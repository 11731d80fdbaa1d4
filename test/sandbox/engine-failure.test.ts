import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { attachSandbox, collect, listSandboxes, openSandbox } from '@cofferdam/sandbox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SmallEngine } from '../support/small-engine.js';
import { folderWith, repositoryWith, sh, temporaryFolder } from '../support/workspaces.js';

describe.runIf(process.getuid?.() === 0)('an engine', () => {
  let engine: SmallEngine;

  beforeAll(async () => {
    engine = new SmallEngine(1_000_000_000);
    await engine.start();
    await engine.loadImages();
    process.env['DOCKER_HOST'] = engine.host;
  });
  afterAll(() => engine?.remove());

  test('without space for the snapshot is named, and nothing stays behind', async () => {
    const root = folderWith({ big: randomBytes(700_000_000) });
    await expect(openSandbox({ workspace: root, home: temporaryFolder() })).rejects.toMatchObject({
      code: 'disk-full',
      remedy: expect.stringContaining('prune'),
    });
    expect(engine.docker('volume', 'ls', '-q')).not.toMatch(/base/);
    expect(engine.docker('ps', '-aq')).toBe('');
  });

  test('whose disk a command fills lets the command fail and the session go on', async () => {
    const root = repositoryWith({ 'a.txt': 'a' });
    const sandbox = await openSandbox({ workspace: root, home: temporaryFolder() });
    const { exitCode, stderr } = await collect(sandbox.exec(['sh', '-c', 'head -c 2G /dev/zero > full']));
    expect([exitCode, String(stderr)]).toEqual([1, expect.stringContaining('No space left')]);
    await sh(sandbox, 'rm full; echo b > b.txt');
    expect((await sandbox.apply()).applied).toEqual(['b.txt']);
    await sandbox.close();
  });

  test('that is killed in the middle says so; after its restart the session goes on where it was', async () => {
    const home = temporaryFolder();
    const root = repositoryWith({ 'a.txt': 'a' });
    const sandbox = await openSandbox({ workspace: root, home });
    await sh(sandbox, 'echo kept > kept.txt');
    const running = collect(sandbox.exec(['sleep', '60']));
    running.catch(() => {});
    await engine.kill();
    await expect(running).rejects.toMatchObject({ code: 'runner-lost' });
    await expect(sandbox.changes()).rejects.toMatchObject({ code: 'engine-unreachable' });
    await expect(openSandbox({ workspace: root, home })).rejects.toMatchObject({ code: 'engine-unreachable' });

    await engine.start();
    expect((await listSandboxes()).map(({ id }) => id)).toEqual([sandbox.id]);
    const again = await attachSandbox(sandbox.id, { home });
    expect(await sh(again, 'cat kept.txt')).toBe('kept');
    expect((await again.apply()).applied).toEqual(['kept.txt']);
    expect(existsSync(join(root, 'kept.txt'))).toBe(true);
    await again.close();
  });
});
