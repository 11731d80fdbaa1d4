// Carries out what is staged. Every step looks first whether it is done already, so a run that was cut short is finished
// by doing it again.

import type { BigIntStats } from 'node:fs';
import { chmod, rename, unlink } from 'node:fs/promises';
import { syncFolder } from './durable.js';
import { type Host, identityOf, parentOf, permissions, type Side } from './host.js';
import { type ApplyReport, conflict } from './report.js';
import { discard } from './stage.js';
import { newSide, oldSide, type Unit, vacatedBy } from './unit.js';

/** Adds every unit to `report`. What moved in the workspace since the check is left as it is. */
export async function commit(host: Host, units: readonly Unit[], report: ApplyReport): Promise<void> {
  const objected = new Map<Unit, string>();
  const each = async (some: readonly Unit[], step: (unit: Unit) => Promise<void>) => {
    for (const unit of some) {
      if (objected.has(unit)) continue;
      await step(unit).catch((error: Error) => objected.set(unit, error.message));
    }
  };
  const leaving = units.filter(({ change }) => vacatedBy(change) !== undefined);
  const arriving = units.filter(({ change }) => newSide(change));
  // A file that moves goes only once it has arrived, unless its own place is in the way.
  await each(leaving.filter(leavesFirst), (unit) => remove(host, unit));
  await each(arriving, (unit) => put(host, unit));
  await each(
    leaving.filter((unit) => !leavesFirst(unit)),
    (unit) => remove(host, unit),
  );

  for (const unit of units) await discard(host, unit);
  await syncFolders(host, units);
  for (const unit of units) {
    const { path } = unit.change;
    const reason = objected.get(unit);
    if (reason === undefined) report.applied.push(path);
    else report.conflicts.push({ path, reason });
  }
}

function leavesFirst({ change: { path, from } }: Unit): boolean {
  return from === undefined || path.startsWith(`${from}/`) || from.startsWith(`${path}/`);
}

async function remove(host: Host, { change, seen }: Unit): Promise<void> {
  const path = vacatedBy(change);
  const side = oldSide(change);
  if (path === undefined || !side || seen === null) return;
  const found = await host.look(path);
  if (found && !found.isDirectory()) {
    await host.nearestFolder(path);
    if (!(await isStill(host, path, found, side, seen))) throw conflict('it changed in the workspace meanwhile');
    await unlink(host.absolute(path));
  }
  await host.pruneFolders(path);
}

async function put(host: Host, { change, temp, seen }: Unit): Promise<void> {
  const { path } = change;
  const [before, after] = [change.from === undefined ? oldSide(change) : undefined, newSide(change)];
  const found = await host.look(path);
  const isOld = found && before ? await isStill(host, path, found, before, seen) : !found && !before;
  if (!isOld) {
    if (after && (await host.holds(path, found, after))) return;
    throw conflict(found ? 'it changed in the workspace meanwhile' : 'it is gone from the workspace');
  }
  if (temp === null && change.kind !== 'mode') throw conflict('it is gone from the workspace');
  await host.makeFolders(path);
  if (temp !== null) await rename(host.absolute(temp), host.absolute(path));
  else if (found) await chmod(host.absolute(path), permissions(found.mode, after?.mode === '100755'));
}

async function isStill(
  host: Host,
  path: string,
  found: BigIntStats,
  side: Side,
  seen: string | null,
): Promise<boolean> {
  return identityOf(found) === seen || host.holds(path, found, side);
}

/** Names that came and went must be on disk before the journal is forgotten. */
async function syncFolders(host: Host, units: readonly Unit[]): Promise<void> {
  const folders = new Set(units.flatMap(({ change }) => [change.path, change.from ?? change.path]).map(parentOf));
  for (const folder of folders) {
    if ((await host.look(folder))?.isDirectory()) await syncFolder(host.absolute(folder));
  }
}
