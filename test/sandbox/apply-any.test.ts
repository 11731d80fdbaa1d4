// Random rounds of what a session, its user and `apply` do to the same few files, against a model of who wrote what.
import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import type { ApplyReport, Change, Sandbox } from '@cofferdam/sandbox';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { opened, repositoryWith, sh, temporaryFolder } from '../support/workspaces.js';

const files = { a: 'a', b: 'b', 'd/a': 'da', 'd/b': 'db', '.gitignore': 'build\n' };

/** By path: kind, executable or not, and content or target. */
type Tree = Map<string, string>;

const LIST = `find . -name .git -prune -o -type f -perm -100 -printf '%P\\tx ' -exec cat {} \\; -printf '\\n' \\
  -o -type f -printf '%P\\tf ' -exec cat {} \\; -printf '\\n' -o -type l -printf '%P\\tl %l\\n'`;

function parse(listing: string): Tree {
  const lines = listing.split('\n').filter((line) => line !== '' && !line.startsWith('.gitignore'));
  return new Map(lines.map((line) => line.split('\t') as [string, string]));
}

function onHost(root: string, script: string, input?: Buffer): string {
  return spawnSync('/bin/sh', ['-c', script], { cwd: root, encoding: 'utf8', ...(input && { input }) }).stdout;
}

const isIgnored = (path: string) => path.startsWith('build');
const seen = (tree: Tree): Tree => new Map([...tree].filter(([path]) => !isIgnored(path)));
const sorted = (tree: Tree) => [...tree].sort();

/** What the test knows: `base` is the snapshot with all that was applied, `workspace` what the user sees. */
interface Known {
  root: string;
  sandbox: Sandbox;
  base: Tree;
  workspace: Tree;
  userWrote: boolean;
}

/** The differences between two trees are those that are told, each with its old side. */
async function expectTold({ sandbox, base }: Known): Promise<void> {
  const copy = parse(await sh(sandbox, LIST));
  const { changes } = await sandbox.changes();
  const different = [...new Set([...base.keys(), ...seen(copy).keys()])].filter(
    (path) => base.get(path) !== copy.get(path),
  );
  expect(changes.flatMap(({ path, from }) => [path, ...(from === undefined ? [] : [from])]).sort()).toEqual(
    different.sort(),
  );
  for (const { path, from = path, oldMode } of changes) expect(kindOf(base.get(from))).toBe(oldMode);
}

const modes: Record<string, string> = { f: '100644', x: '100755', l: '120000' };
const kindOf = (entry: string | undefined) => (entry === undefined ? null : modes[entry.slice(0, 1)]);

function isNear(path: string, other: string): boolean {
  return path === other || path.startsWith(`${other}/`) || other.startsWith(`${path}/`);
}

/** What `apply` did is what it says, and it says no without reason to nobody. */
async function expectApplied(
  known: Known,
  changes: readonly Change[],
  report: ApplyReport,
  all: boolean,
): Promise<void> {
  const { root, sandbox, base, workspace } = known;
  const copy = parse(await sh(sandbox, LIST));
  const dirty = [...new Set([...base.keys(), ...workspace.keys()])].filter(
    (path) => workspace.get(path) !== base.get(path),
  );
  const after = new Map(workspace);
  const touch = (path: string) => {
    // Nothing of the user's goes: what is replaced is what was applied, or what is to be applied anyway.
    expect([base.get(path), copy.get(path)]).toContain(workspace.get(path));
    base.delete(path);
    after.delete(path);
    const now = copy.get(path);
    if (now === undefined) return;
    base.set(path, now);
    after.set(path, now);
  };
  const done = changes.filter(({ path }) => report.applied.includes(path));
  for (const { from } of done) if (from !== undefined) touch(from);
  for (const { path } of done) touch(path);
  known.workspace = parse(onHost(root, LIST));
  expect(sorted(known.workspace)).toEqual(sorted(after));

  if (!all) return;
  for (const { path } of [...report.conflicts, ...report.refused]) {
    const from = changes.find((change) => change.path === path)?.from ?? path;
    expect(dirty.some((other) => isNear(path, other) || isNear(from, other))).toBe(true);
  }
  if (!known.userWrote) {
    expect(report).toMatchObject({ conflicts: [], refused: [] });
    expect(sorted(known.workspace)).toEqual(sorted(seen(copy)));
  }
}

const path = fc.constantFrom('a', 'b', 'c', 'd', 'd/a', 'd/b', 'd/c', 'e/f/g', 'build/x');
const folderOf = (name: string) => `mkdir -p "$(dirname ${name})"`;
const edit = fc.oneof(
  fc.tuple(path, fc.nat(2)).map(([to, content]) => `${folderOf(to)}; rm -rf ${to}; printf ${content} > ${to}`),
  fc.tuple(path, path).map(([from, to]) => `${folderOf(to)}; rm -rf ${to}; mv -T ${from} ${to}`),
  path.map((at) => `rm -rf ${at}`),
  path.map((at) => `chmod +x ${at}`),
  path.map((at) => `[ -d ${at} ] || chmod -x ${at}`),
  fc.tuple(path, path).map(([at, to]) => `${folderOf(at)}; rm -rf ${at}; ln -s "$(basename ${to})" ${at}`),
  fc.constant('git checkout -q . && git clean -dfq'),
);
const step = fc.oneof(
  { weight: 4, arbitrary: edit.map((script) => ({ kind: 'session', script }) as const) },
  { weight: 1, arbitrary: fc.tuple(path, fc.boolean()).map(([at, goes]) => ({ kind: 'user', at, goes }) as const) },
  { weight: 2, arbitrary: fc.constant({ kind: 'apply' } as const) },
  { weight: 2, arbitrary: fc.nat(255).map((chosen) => ({ kind: 'apply some', chosen }) as const) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

async function take(known: Known, next: Step, number: number): Promise<void> {
  const { root, sandbox } = known;
  if (next.kind === 'session') {
    await sh(sandbox, `{ ${next.script}; } 2>/dev/null || true`);
  } else if (next.kind === 'user') {
    onHost(root, next.goes ? `rm -rf ${next.at}` : `${folderOf(next.at)} && printf 'user ${number}' > ${next.at}`);
    known.workspace = parse(onHost(root, LIST));
    known.userWrote = true;
  } else {
    const { changes } = await sandbox.changes();
    const some = changes.filter((_, i) => next.kind === 'apply' || (next.chosen >> (i % 8)) & 1);
    const report = await sandbox.apply(next.kind === 'apply' ? undefined : some.map(({ path: at }) => at));
    await expectApplied(known, some, report, next.kind === 'apply');
  }
  await expectTold(known);
}

/** A tree that holds what was applied becomes what the copy holds, through the patch. */
async function expectPatched({ sandbox, root, base, workspace }: Known): Promise<void> {
  if (JSON.stringify(sorted(base)) !== JSON.stringify(sorted(workspace))) return;
  const there = temporaryFolder();
  cpSync(root, there, { recursive: true, verbatimSymlinks: true });
  const patch = await buffer(await sandbox.patch());
  if (patch.length > 0) onHost(there, 'git apply --unsafe-paths -', patch);
  expect(sorted(parse(onHost(there, LIST)))).toEqual(sorted(seen(parse(await sh(sandbox, LIST)))));
}

const runs = Number(process.env['RUNS'] ?? 12);
test('whatever was done before, apply brings the copy to the workspace and leaves alone what is the user’s', {
  timeout: 60_000 * runs,
}, async () => {
  const rounds = fc.array(step, { minLength: 8, maxLength: 24 });
  await fc.assert(
    fc.asyncProperty(rounds, async (steps) => {
      const root = repositoryWith(files);
      const sandbox = await opened(root);
      const known = {
        root,
        sandbox,
        base: parse(onHost(root, LIST)),
        workspace: parse(onHost(root, LIST)),
        userWrote: false,
      };
      for (const [number, next] of steps.entries()) await take(known, next, number);
      await expectPatched(known);
      await sandbox.close();
    }),
    { numRuns: runs, seed: Number(process.env['SEED'] ?? 1), endOnFailure: true },
  );
});
