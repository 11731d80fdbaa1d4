import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSandbox } from '@cofferdam/sandbox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SmallEngine } from '../support/small-engine.js';
import { folderWith, repositoryWith, sh, temporaryFolder } from '../support/workspaces.js';

describe.runIf(process.getuid?.() === 0)('an engine that cannot stack overlay volumes', () => {
  let engine: SmallEngine;

  beforeAll(async () => {
    engine = new SmallEngine(1_500_000_000);
    await engine.start();
    engine.putVolumesOnOverlay();
    await engine.loadImages();
    process.env['DOCKER_HOST'] = engine.host;
  });
  afterAll(() => engine?.remove());

  test('gives each session a full copy, says so once, and all else is the same', async () => {
    const home = temporaryFolder();
    const root = repositoryWith({
      'edit.txt': 'old',
      'remove.txt': 'x',
      'run.sh': '#!/bin/sh\n',
      '.gitignore': 'build/',
    });
    const warnings: string[] = [];
    const options = { workspace: root, home, onWarning: (message: string) => warnings.push(message) };

    const first = await openSandbox(options);
    expect(warnings).toEqual([expect.stringContaining('full copy')]);
    expect((await first.changes()).changes).toEqual([]);
    await sh(
      first,
      'echo new > edit.txt; rm remove.txt; chmod +x run.sh; echo a > added.txt; mkdir build; touch build/x',
    );
    expect((await first.changes()).changes.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      'added added.txt',
      'modified edit.txt',
      'deleted remove.txt',
      'mode run.sh',
    ]);
    expect((await first.apply()).applied.length).toBe(4);
    expect(readFileSync(join(root, 'edit.txt'), 'utf8')).toBe('new\n');
    await first.close();

    folderWith({ 'edit.txt': 'newer' }, root);
    const second = await openSandbox(options);
    expect(await sh(second, 'cat edit.txt; ls')).toBe('neweradded.txt\nedit.txt\nrun.sh');
    expect((await second.changes()).changes).toEqual([]);
    expect(warnings.length).toBe(1);
    await second.close();
    expect(engine.docker('ps', '-aq')).toBe('');
    expect(engine.docker('volume', 'ls', '-q')).not.toMatch(/layer|workspace/);
  });
});
