// Signals by the numbers Linux gives them: `os.constants.signals` holds the host's, and the host may be a Mac.
import { SandboxError } from '../errors.js';

const names = (
  'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT ' +
  'CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS'
)
  .split(' ')
  .map((name) => `SIG${name}` as NodeJS.Signals);

/** Throws `exec-failed` for a name that Linux does not know. */
export function signalNumber(name: NodeJS.Signals): number {
  const index = names.indexOf(name);
  if (index === -1) {
    throw new SandboxError('exec-failed', `${name} is no Linux signal.`, 'Use SIGTERM, SIGINT or SIGKILL.');
  }
  return index + 1;
}

/** Undefined for real-time signals, which have no names. */
export function signalName(number: number): NodeJS.Signals | undefined {
  return names[number - 1];
}
