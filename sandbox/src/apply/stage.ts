// Brings new contents into the workspace under temporary names, checked against what was reviewed and safe on disk.
import { createHash } from 'node:crypto';
import { access, constants, open, symlink, unlink } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { SandboxError } from '../errors.js';
import { resolveInside } from '../paths.js';
import type { Applied } from './applied.js';
import { type Host, parentOf, permissions, type Side } from './host.js';
import { checkLink } from './names.js';
import { type ApplyReport, conflict, failure, Objection, refusal } from './report.js';
import { newSide, oldSide, type Unit, vacatedBy } from './unit.js';

export type ReadNew = (path: string) => Promise<Readable>;

/** Answers the units that are ready. Throws `apply-failed` or `disk-full`; the caller then discards all. */
export async function stage(
  host: Host,
  units: readonly Unit[],
  { read, applied }: { read: ReadNew; applied?: Applied | undefined },
  report: ApplyReport,
): Promise<Unit[]> {
  const ready: Unit[] = [];
  for (const unit of units) {
    const { change, temp } = unit;
    try {
      await checkWritable(host, unit);
      const side = newSide(change);
      if (temp !== null && side?.mode === '120000') await stageLink(host, unit, side, temp, read);
      else if (temp !== null && side) await stageFile(host, unit, side, temp, read);
      if (side && applied && !(await applied.keep(host, temp ?? change.path, side))) {
        throw conflict('it changed in the workspace meanwhile');
      }
      ready.push(unit);
    } catch (error) {
      if (!(error instanceof Objection)) throw failure(change.path, error);
      await discard(host, unit);
      report[error.verdict].push({ path: change.path, reason: error.message });
    }
  }
  return ready;
}

/** Removes the temporary file of a unit, if it is there. */
export async function discard(host: Host, { temp }: Unit): Promise<void> {
  if (temp !== null && (await host.look(temp))) await unlink(host.absolute(temp));
}

/** What takes no temporary file shows only here, before anything is written, that its folder is read-only. */
async function checkWritable(host: Host, { change, seen }: Unit): Promise<void> {
  if (seen === null) return;
  const path = vacatedBy(change) ?? (change.kind === 'mode' ? change.path : undefined);
  if (path !== undefined && (await host.look(path))) await access(host.absolute(parentOf(path)), constants.W_OK);
}

async function stageFile(host: Host, unit: Unit, side: Side, temp: string, read: ReadNew): Promise<void> {
  const { path } = unit.change;
  const executable = side.mode === '100755';
  const replaced = oldSide(unit.change) && (await host.look(unit.change.from ?? path));
  const file = await open(host.absolute(temp), 'wx', executable ? 0o777 : 0o666);
  try {
    for await (const chunk of reviewed(path, side, read)) await file.writeFile(chunk);
    if (replaced?.isFile()) await file.chmod(permissions(replaced.mode, executable));
    await file.sync();
  } finally {
    await file.close();
  }
  await host.adopt(temp, replaced ?? (await host.look(parentOf(temp))));
}

async function stageLink(host: Host, unit: Unit, side: Side, temp: string, read: ReadNew): Promise<void> {
  const { path } = unit.change;
  const target = await buffer(reviewed(path, side, read));
  const place = checkLink(path, target);
  await resolveInside(host.root, place).catch(() => {
    throw refusal('the link leads out of the workspace');
  });
  await symlink(target, host.absolute(temp));
  await host.adopt(temp, await host.look(parentOf(temp)));
}

/** The new content; objects when it is not, to the byte, what the change says. */
async function* reviewed(path: string, side: Side, read: ReadNew): AsyncGenerator<Buffer> {
  const moved = () => conflict('it changed in the sandbox after it was reviewed');
  const hash = createHash('sha256');
  let size = 0;
  try {
    for await (const chunk of await read(path)) {
      size += chunk.length;
      if (size > side.size) throw moved();
      hash.update(chunk);
      yield chunk;
    }
  } catch (error) {
    throw error instanceof SandboxError && error.code === 'change-unknown' ? moved() : error;
  }
  if (hash.digest('hex') !== side.sha256) throw moved();
}
