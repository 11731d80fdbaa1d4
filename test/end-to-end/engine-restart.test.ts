// The engine dies in the middle of a session, as when the machine does, and comes back.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, say, toolResults } from '../fakes/messages-api/index.js';
import { cofferdam, jsonLines, modelThatPlays, sandboxesOf, started } from '../support/cofferdam.js';
import { SmallEngine } from '../support/small-engine.js';
import { repositoryWith } from '../support/workspaces.js';

const unattended = ['--approve', 'all', '--apply', 'none'];

describe.runIf(process.getuid?.() === 0)('an engine that is killed', () => {
  const usual = process.env['DOCKER_HOST'];
  let engine: SmallEngine;

  beforeAll(async () => {
    engine = new SmallEngine(1_000_000_000);
    await engine.start();
    await engine.loadImages();
    process.env['DOCKER_HOST'] = engine.host;
  });
  afterAll(async () => {
    if (usual === undefined) delete process.env['DOCKER_HOST'];
    else process.env['DOCKER_HOST'] = usual;
    await engine.remove();
  });

  test('the run says so, the model too; after its restart the session goes on in the same sandbox', async () => {
    const root = repositoryWith({ 'a.txt': 'one\n' });
    const model = await modelThatPlays([
      call('files__write_file', { path: 'a.txt', content: 'two\n' }),
      call('commands__run_command', { command: 'echo once >> log; echo be""gun; sleep 4711' }),
      call('files__read_file', { path: 'a.txt' }),
      say('The engine is gone.'),
    ]);
    const running = started(['run', 'Say two', '--json', ...unattended], { model, cwd: root });
    await running.printed('begun');
    const [sandbox] = await sandboxesOf(root);
    await engine.kill();
    const { code, stdout, stderr } = await running.ended;
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('cofferdam sessions resume') });
    expect(stdout + stderr).toContain('No container engine answers');
    const told = model.requests.flatMap(toolResults);
    expect(told.filter(({ isError }) => isError)).toHaveLength(2);

    await engine.start();
    const later = await modelThatPlays([
      call('commands__run_command', { command: 'cat a.txt log' }),
      say('It says two, and was logged once.'),
    ]);
    const id = String(jsonLines(stdout)[0]?.['id']);
    const resumed = await cofferdam(['sessions', 'resume', id, 'And now?', ...unattended], { model: later });
    expect(resumed).toMatchObject({ code: 0 });
    expect(later.requests.flatMap(toolResults).at(-1)?.text).toContain('two\nonce\n');
    expect(await sandboxesOf(root)).toEqual([sandbox]);
    expect(await cofferdam(['sessions', 'delete', id])).toMatchObject({ code: 0 });
    expect(await sandboxesOf(root)).toEqual([]);
  });
});
