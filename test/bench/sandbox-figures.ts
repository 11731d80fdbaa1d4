// The figures that the sandbox is held to, each beside its peer.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collect, openSandbox, pruneSandboxes, type Sandbox } from '@cofferdam/sandbox';
import { type Figure, pair } from './pairs.js';
import { docker, removeTwo, startTwo, tarInto } from './peers.js';
import { someFiles } from './trees.js';

interface Trees {
  home: string;
  small: string;
  large: string;
}

const unique = () => `cofferdam-bench-${Math.random().toString(36).slice(2)}`;
const close = (sandbox: Sandbox) => sandbox.close();

async function imagesOf(sandbox: Sandbox) {
  const tools = await docker('inspect', '--format', '{{.Config.Image}}', `cofferdam-${sandbox.id}-tools`);
  return { tools, command: sandbox.info.image };
}

/** The very first open of a workspace, snapshot and pod together, beside a bare copy into a volume. */
export async function snapshotFigures({ large }: Trees): Promise<Figure[]> {
  const probe = mkdtempSync(join(tmpdir(), 'cofferdam-bench-'));
  const sandbox = await openSandbox({ workspace: probe, home: probe });
  const { tools } = await imagesOf(sandbox);
  await sandbox.close();
  let home = '';
  const figure = await pair(
    { name: 'first open, 78,000 files', peer: 'tar c | docker run -i tar x', runs: 3, limit: 1.2 },
    {
      prepare: async () => {
        home = mkdtempSync(join(tmpdir(), 'cofferdam-bench-'));
      },
      action: () => openSandbox({ workspace: large, home }),
      cleanUp: async (opened) => {
        await opened.close();
        await pruneSandboxes({ olderThanMs: 0 });
        rmSync(home, { recursive: true });
      },
    },
    {
      action: async () => {
        const volume = unique();
        await tarInto(tools, large, ['--rm', '-v', `${volume}:/copy`]);
        return volume;
      },
      cleanUp: async (volume) => {
        await docker('volume', 'rm', volume);
      },
    },
  );
  rmSync(probe, { recursive: true });
  return [figure];
}

/** A later open of an unchanged workspace beside two bare containers; and the large tree beside the small one. */
export async function openFigures({ home, small, large }: Trees): Promise<Figure[]> {
  const first = await openSandbox({ workspace: small, home });
  const images = await imagesOf(first);
  await first.close();
  await (await openSandbox({ workspace: large, home })).close();
  const ours = (workspace: string) => ({ action: () => openSandbox({ workspace, home }), cleanUp: close });
  const peer = {
    action: async () => {
      const name = unique();
      await startTwo(images, name);
      return name;
    },
    cleanUp: removeTwo,
  };
  const runs = 15;
  return [
    await pair({ name: 'open again, 1,000 files', peer: 'docker run, twice', runs, limit: 1.5 }, ours(small), peer),
    await pair({ name: 'open again, 78,000 files', peer: 'docker run, twice', runs, limit: 1.5 }, ours(large), peer),
    await pair(
      { name: 'open again, large tree', peer: 'open again, small tree', runs, limit: 1.2 },
      ours(large),
      ours(small),
    ),
  ];
}

/** Finding 100 edits beside `docker diff` of a container that holds the same tree with the same edits. */
export async function changesFigures({ home, small, large }: Trees): Promise<Figure[]> {
  const inLarge = await edited(large, home);
  const inSmall = await edited(small, home);
  const { tools } = await imagesOf(inLarge);
  const name = unique();
  await tarInto(tools, large, ['--name', `${name}-filled`]);
  await docker('commit', `${name}-filled`, name);
  await docker('run', '-d', '--name', name, '--user', 'root', '--entrypoint', 'sleep', name, 'infinity');
  await docker(
    'exec',
    name,
    'sh',
    '-c',
    'cd /copy && for f; do echo edit >> "$f"; done',
    'sh',
    ...someFiles(large, 100),
  );
  const changes = (sandbox: Sandbox) => ({
    action: () => sandbox.changes(),
    cleanUp: async ({ changes }: { changes: unknown[] }) => {
      if (changes.length !== 100) throw new Error(`expected 100 changes, got ${changes.length}`);
    },
  });
  const figures = [
    await pair({ name: 'changes after 100 edits', peer: 'docker diff', runs: 5, limit: 0.02 }, changes(inLarge), {
      action: () => docker('diff', name),
    }),
    await pair(
      { name: 'changes, large tree', peer: 'changes, small tree', runs: 30, limit: 1.2 },
      changes(inLarge),
      changes(inSmall),
    ),
  ];
  await docker('rm', '-f', name, `${name}-filled`);
  await docker('rmi', name);
  await inLarge.close();
  await inSmall.close();
  return figures;
}

async function edited(workspace: string, home: string): Promise<Sandbox> {
  const sandbox = await openSandbox({ workspace, home });
  const edit = ['sh', '-c', 'for f; do echo edit >> "$f"; done', 'sh', ...someFiles(workspace, 100)];
  const { exitCode } = await collect(sandbox.exec(edit));
  if (exitCode !== 0) throw new Error('the edits failed');
  return sandbox;
}

/** Running `true` beside `docker exec` from the command line, in our image and in one that knows nothing of us. */
export async function execFigures({ home, small }: Trees): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [kind, image, limit] of [
    ['our image', undefined, 0.25],
    ['a bare Debian', await bareImage(), 1],
  ] as const) {
    const sandbox = await openSandbox({ workspace: small, home, ...(image && { image }) });
    const container = `cofferdam-${sandbox.id}-command`;
    const about = { name: `exec true, ${kind}`, peer: 'docker exec true', runs: 100, limit };
    figures.push(
      await pair(
        about,
        { action: () => collect(sandbox.exec(['true'])) },
        { action: () => docker('exec', container, 'true') },
      ),
    );
    await sandbox.close();
  }
  return figures;
}

/** The image that ours are built from. */
async function bareImage(): Promise<string> {
  const names = await docker('images', '--format', '{{.Repository}}:{{.Tag}}');
  const base = names.split('\n').find((name) => /^(cofferdam\/base|debian):/.test(name));
  if (!base) throw new Error('there is no base image');
  return base;
}
