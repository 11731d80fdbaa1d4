// The plan in the user's own editor.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withIds } from '../loop/index.js';
import { checklist, parseChecklist } from '../render/index.js';
import type { PlanStep } from '../session/index.js';
import type { Desk } from './desk.js';

const note = `
<!-- Change, add, move or remove steps, then save. Without any step, the plan stays as it was. -->
`;

/** The plan as it was saved; undefined when it was not changed, which is told where something went wrong. */
export async function editPlan({ console, view }: Desk, steps: readonly PlanStep[]): Promise<PlanStep[] | undefined> {
  const editor = process.env['VISUAL'] || process.env['EDITOR'] || (process.platform === 'win32' ? 'notepad' : 'vi');
  const folder = await mkdtemp(join(tmpdir(), 'cofferdam-plan-'));
  try {
    const file = join(folder, 'plan.md');
    await writeFile(file, checklist(steps) + note);
    const problem = await console.lend(() => open(editor, file));
    if (problem !== undefined) {
      view.warn(`The editor ${JSON.stringify(editor)} ${problem}; set VISUAL or EDITOR to another one.`);
      return undefined;
    }
    const edited = parseChecklist(await readFile(file, 'utf8'));
    return edited.length === 0 ? undefined : withIds(edited, steps);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** As the shell reads it: `code --wait` is an editor. Resolves to what went wrong. */
function open(editor: string, file: string): Promise<string | undefined> {
  const [command, args, shell] =
    process.platform === 'win32'
      ? [`${editor} "${file}"`, [], true]
      : ['/bin/sh', ['-c', `${editor} "$1"`, 'sh', file], false];
  return new Promise((resolve) => {
    spawn(command, args, { stdio: 'inherit', shell })
      .once('error', ({ message }) => resolve(`did not start (${message})`))
      .once('close', (code, signal) => resolve(code === 0 ? undefined : `ended with ${signal ?? code}`));
  });
}
