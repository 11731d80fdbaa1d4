// sh and its like: a script as an argument, in a file, or from the input.
import { hidden, type Launch } from './launch.js';
import type { Word } from './word.js';

const shells = new Set(['sh', 'bash', 'dash', 'ash', 'rbash']);
/** Other languages: a script in them is not understood. */
const foreignShells = new Set(['zsh', 'ksh', 'mksh', 'fish', 'csh', 'tcsh', 'pwsh', 'nu', 'xonsh']);

export function isShell(name: string): boolean {
  return shells.has(name) || foreignShells.has(name);
}

/** Undefined for a script in a file, which is a program like others. `rest` is what follows the shell's name. */
export function shellLaunch(name: string, rest: readonly Word[]): Launch | undefined {
  const { letters, plain, operand } = readOptions(rest);
  const before = rest.slice(0, operand + 1).find(({ value }) => value === undefined);
  if (before) return hidden(`${name} runs ${before.source}, which is known only then`);
  const script = rest[operand]?.value;
  const isScript = letters.includes('c');
  const readsInput = letters.includes('s') || script === undefined;
  if (!isScript && !readsInput) return undefined;
  if (readsInput) return hidden(`${name} reads commands from its input`);
  if (foreignShells.has(name)) return hidden(`${name} is another language than Bash`);
  return { kind: 'script', script, covers: plain };
}

/** The letters of all options, whether none of them changes what a script means, and where the operands begin. */
function readOptions(rest: readonly Word[]): { letters: string; plain: boolean; operand: number } {
  let letters = '';
  let plain = true;
  for (let i = 0; ; i++) {
    const option = rest[i]?.value;
    if (option === undefined || !/^[-+]/.test(option)) return { letters, plain, operand: i };
    if (option === '--' || option === '-') return { letters, plain, operand: i + 1 };
    if (!/^[-+][a-zA-Z]+$/.test(option)) {
      plain = false;
      if (/^--(rcfile|init-file)$/.test(option)) i += 1;
      continue;
    }
    letters += option.slice(1);
    plain &&= /^-[ceux]*o?$|^\+o$/.test(option);
    // -o and -O take the next word each.
    i += option.match(/o/gi)?.length ?? 0;
  }
}
