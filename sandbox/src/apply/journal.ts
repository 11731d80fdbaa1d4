// The record of a run: what a later start needs to finish it or to roll it back. One file a run, replaced atomically.
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { SandboxError } from '../errors.js';
import { replaceFile } from './durable.js';
import { isAlive, ownerSchema, thisProcess } from './owner.js';
import { unitSchema } from './unit.js';

const journalSchema = z.object({
  version: z.literal(1),
  run: z.string(),
  workspaceRoot: z.string(),
  owner: ownerSchema,
  /** The folder in which what is applied is remembered; null: nowhere. */
  applied: z.string().nullable().default(null),
  /** `staging`: nothing but temporary files was written. `committed`: all of it is to be done, and can be. */
  state: z.enum(['staging', 'committed']),
  units: z.array(unitSchema),
});
export type Journal = z.infer<typeof journalSchema>;

export async function newJournal(workspaceRoot: string): Promise<Journal> {
  const owner = await thisProcess();
  const run = `${owner.pid}-${randomBytes(6).toString('hex')}`;
  return { version: 1, run, workspaceRoot, owner, applied: null, state: 'staging', units: [] };
}

/** Returns once the journal is on disk. */
export async function saveJournal(folder: string, journal: Journal): Promise<void> {
  await mkdir(folder, { recursive: true });
  await replaceFile(join(folder, `${journal.run}.json`), (handle) => handle.writeFile(JSON.stringify(journal)));
}

export async function removeJournal(folder: string, { run }: Journal): Promise<void> {
  await rm(join(folder, `${run}.json`), { force: true });
  await rm(join(folder, `${run}.json.tmp`), { force: true });
}

/** All journals in the folder. Throws `apply-failed` on one that cannot be understood. */
export async function readJournals(folder: string): Promise<Journal[]> {
  const journals: Journal[] = [];
  for (const name of (await namesIn(folder)).filter((name) => name.endsWith('.json'))) {
    const file = join(folder, name);
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined; // its run ended meanwhile
      throw error;
    });
    if (text !== undefined) journals.push(parseJournal(file, text));
  }
  return journals;
}

function parseJournal(file: string, text: string): Journal {
  try {
    return journalSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new SandboxError(
      'apply-failed',
      `The journal ${file} cannot be understood.`,
      'Look for files named .cofferdam-*.tmp in the workspace it names, remove them and it, and try again.',
      { cause },
    );
  }
}

/** Removes what a process left that was killed while it wrote its first journal: it had done nothing else yet. */
export async function removeUnborn(folder: string): Promise<void> {
  const names = await namesIn(folder);
  for (const name of names) {
    const [, run, pid] = /^((\d+)-[0-9a-f]+)\.json\.tmp$/.exec(name) ?? [];
    if (run === undefined || names.includes(`${run}.json`)) continue;
    if (!(await isAlive({ pid: Number(pid), startedAt: null }))) await rm(join(folder, name), { force: true });
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}
