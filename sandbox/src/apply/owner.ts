// Which process a journal belongs to, and whether it still runs.
import { readFile } from 'node:fs/promises';
import * as z from 'zod';

export const ownerSchema = z.object({
  pid: z.int().positive(),
  /** Clock ticks from boot to the start of the process, which tell it from a later one with its number; null off Linux. */
  startedAt: z.string().nullable(),
});
type Owner = z.infer<typeof ownerSchema>;

export async function thisProcess(): Promise<Owner> {
  return { pid: process.pid, startedAt: (await procStat(process.pid))?.startedAt ?? null };
}

export async function isAlive({ pid, startedAt }: Owner): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  if (startedAt === null) return true;
  const stat = await procStat(pid);
  return stat !== undefined && stat.startedAt === startedAt && stat.state !== 'Z';
}

/** proc(5): the fields of /proc/PID/stat after the command, which may itself hold spaces and parentheses. */
async function procStat(pid: number): Promise<{ state: string; startedAt: string } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', startedAt: fields[19] ?? '' };
}
