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
  let covers = shells.has(name);
  for (let i = 0; i < rest.length; i++) {
    const option = rest[i]?.value;
    if (option === undefined) return hidden(`${name} runs ${rest[i]?.source}, which is known only then`);
    if (/^-[a-zA-Z]*c$/.test(option)) {
      const script = rest[i + 1];
      if (script?.value === undefined)
        return hidden(`${name} runs ${script?.source ?? 'nothing'}, which is known only then`);
      if (foreignShells.has(name)) return hidden(`${name} is another language than Bash`);
      return { kind: 'script', script: script.value, covers: covers && /^-[eux]*c$/.test(option) };
    }
    if (/^[-+]o$/.test(option)) i += 1;
    else if (option === '-s' || option === '-') break;
    else if (!/^[-+]/.test(option)) return undefined;
    else if (!/^[-+][eux]+$/.test(option)) covers = false;
  }
  return hidden(`${name} reads commands from its input`);
}
