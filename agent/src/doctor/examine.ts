// Goes through the checks in order, mending on the way where that is asked for.
import { explain } from '../errors.js';
import type { Check, Finding, Progress } from './check.js';
import { engineCheck } from './engine.js';
import { engineVersionCheck } from './engine-version.js';
import { imagesCheck } from './images.js';
import { gitCheck, nodeCheck } from './programs.js';
import { storageCheck } from './storage.js';

export const checks: readonly Check[] = [
  nodeCheck,
  gitCheck,
  engineCheck,
  engineVersionCheck,
  imagesCheck,
  storageCheck,
];

export interface Examination {
  name: string;
  finding: Finding;
  /** True when it had a problem that is gone now. */
  mended: boolean;
}

type Mending = (name: string, mend: (progress: Progress) => Promise<void>) => Promise<void>;

/** Yields each check's result as soon as it is known. `mending` runs a check's own mending; without it nothing is changed. */
export async function* examine(list: readonly Check[], mending?: Mending): AsyncGenerator<Examination> {
  const failed = new Set<string>();
  for (const check of list) {
    const obstacle = check.needs?.find((name) => failed.has(name));
    const result = obstacle ? skipped(check, obstacle) : await lookAndMend(check, mending);
    if (obstacle || result.finding.state === 'problem') failed.add(check.name);
    yield result;
  }
}

function skipped({ name }: Check, obstacle: string): Examination {
  return { name, finding: { state: 'skipped', detail: `not looked at: ${obstacle} comes first` }, mended: false };
}

async function lookAndMend(check: Check, mending: Mending | undefined): Promise<Examination> {
  const { name, mend } = check;
  const finding = await look(check);
  if (finding.state !== 'problem' || !mending || !mend) return { name, finding, mended: false };
  try {
    await mending(name, mend);
  } catch (error) {
    const { message, remedy = 'Mend what the message names, then run: cofferdam doctor --fix' } = error as {
      message: string;
      remedy?: string;
    };
    return { name, finding: { state: 'problem', detail: message, remedy }, mended: false };
  }
  const after = await look(check);
  return { name, finding: after, mended: after.state !== 'problem' };
}

async function look(check: Check): Promise<Finding> {
  try {
    return await check.look();
  } catch (error) {
    const { remedy = 'cofferdam doctor' } = error as { remedy?: string };
    return { state: 'problem', detail: explain(error), remedy };
  }
}
