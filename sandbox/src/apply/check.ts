// Holds each change against the workspace before anything is written: what fits becomes a unit, the rest is reported.
import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { posix } from 'node:path';
import type { Change } from '../changes/types.js';
import { decodePath } from '../paths.js';
import { type Host, identityOf, parentOf } from './host.js';
import { checkName } from './names.js';
import { type ApplyReport, conflict, failure, Objection, refusal } from './report.js';
import { newSide, oldSide, type Unit, vacatedBy } from './unit.js';

/** PATH_MAX on Linux, terminating NUL included. */
const maxLinkBytes = 4095;

/** Adds to `report` what cannot be applied; answers the rest. `run` names the temporary files. */
export async function check(host: Host, changes: readonly Change[], run: string, report: ApplyReport): Promise<Unit[]> {
  const vacated = new Set<string>();
  const fitting: { change: Change; seen: string | null }[] = [];
  for (const change of changes) {
    await objections(report, change, async () => {
      for (const path of [change.path, change.from ?? change.path]) checkName(path, process.platform);
      const seen = await checkOld(host, change);
      const place = vacatedBy(change);
      if (place !== undefined) vacated.add(place);
      fitting.push({ change, seen });
    });
  }
  const units: Unit[] = [];
  for (const { change, seen } of fitting) {
    await objections(report, change, async () => {
      const temp = await checkNew(host, change, vacated, `.cofferdam-${run}-${units.length}.tmp`);
      units.push({ change, temp: temp ?? null, seen });
    });
  }
  return units;
}

async function objections(report: ApplyReport, { path }: Change, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (error instanceof Objection) report[error.verdict].push({ path, reason: error.message });
    else if (isNameError(error)) report.refused.push({ path, reason: `this system does not take its name (${error})` });
    else throw failure(path, error);
  }
}

/** The identity of the old file; null where there was none or where it is gone or new already. */
async function checkOld(host: Host, change: Change): Promise<string | null> {
  const side = oldSide(change);
  if (!side) return null;
  const path = change.from ?? change.path;
  const found = await host.look(path);
  if (found && !found.isDirectory()) {
    if ((await host.nearestFolder(path)) !== parentOf(path)) throw conflict('its folder is gone');
    if (await host.holds(path, found, side)) return identityOf(found);
  }
  const after = newSide(change);
  const gone = !found || found.isDirectory();
  const isDone = after ? await host.holds(change.path, await host.look(change.path), after) : gone;
  if (isDone && (gone || change.from === undefined)) return null;
  throw conflict(gone ? 'it is gone from the workspace' : 'it changed in the workspace meanwhile');
}

/** Where the new content is to wait; undefined where none has to be written. */
async function checkNew(
  host: Host,
  change: Change,
  vacated: ReadonlySet<string>,
  temp: string,
): Promise<string | undefined> {
  const side = newSide(change);
  if (!side) return undefined;
  if (side.mode === '120000' && side.size > maxLinkBytes) throw refusal('the target of the link is too long');
  const folder = await host.nearestFolder(change.path, vacated);
  const found = await host.look(change.path);
  if (await host.holds(change.path, found, side)) return undefined;
  if (found?.isDirectory()) await checkEmptied(host, change.path, vacated);
  else if (found && (oldSide(change) === undefined || change.from !== undefined)) {
    throw conflict('the workspace has something else there');
  }
  return change.kind === 'mode' ? undefined : posix.join(folder, temp);
}

/** A file may take the place of a folder when all that is in it goes in the same run. */
async function checkEmptied(host: Host, folder: string, vacated: ReadonlySet<string>): Promise<void> {
  const entries: Dirent<Buffer>[] = await readdir(host.absolute(folder), { withFileTypes: true, encoding: 'buffer' });
  for (const entry of entries) {
    const path = posix.join(folder, decodePath(entry.name));
    if (entry.isDirectory()) await checkEmptied(host, path, vacated);
    else if (!vacated.has(path)) throw conflict(`it is a folder, and ${JSON.stringify(path)} stays in it`);
  }
}

function isNameError(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENAMETOOLONG' || code === 'EILSEQ' || code === 'EINVAL';
}
