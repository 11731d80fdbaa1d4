// Why a command could not be started, for the person or model that asked for it.
import { SandboxError } from '../errors.js';
import type { StartStep } from './protocol.js';

interface StartFailure {
  step: StartStep;
  /** Linux's number. */
  errno: number;
  text: string;
}

const ENOENT = 2;
const E2BIG = 7;
const ENOEXEC = 8;
const EAGAIN = 11;
const EACCES = 13;

/** The `exec-failed` error for a command that did not start in `cwd` (empty: the default one). */
export function startError(command: string, cwd: string, { step, errno, text }: StartFailure): SandboxError {
  const name = JSON.stringify(command);
  const [message, remedy] = explain();
  return new SandboxError('exec-failed', message, remedy);

  function explain(): [string, string] {
    if (step === 'limit')
      return [`${name} was not started: too many commands are running.`, 'Wait for one to end, or stop one.'];
    if (step === 'chdir') {
      return [
        `The working directory ${JSON.stringify(cwd)} cannot be entered: ${text}.`,
        'Name a folder that exists in the sandbox.',
      ];
    }
    if (step === 'fork' && errno === EAGAIN) {
      return [
        `${name} was not started: the sandbox is at its process limit.`,
        'Stop running commands, or raise the limit.',
      ];
    }
    if (step === 'exec' && errno === ENOENT) {
      return command.includes('/')
        ? [`${name} cannot be run: it, or the interpreter its first line names, does not exist.`, 'Check the path.']
        : [
            `${name} was not found on the PATH.`,
            'Check the spelling, use an image that has it, or run it through a shell if it is a builtin.',
          ];
    }
    if (step === 'exec' && errno === EACCES) {
      return [
        `${name} cannot be run: permission denied.`,
        'Make it executable (chmod +x), or pass it to its interpreter.',
      ];
    }
    if (step === 'exec' && errno === ENOEXEC) {
      return [
        `${name} is no program this machine can run.`,
        'Build it for this platform, or pass it to its interpreter.',
      ];
    }
    if (step === 'exec' && errno === E2BIG) {
      return [`The arguments and environment of ${name} are too long.`, 'Pass long input through stdin or a file.'];
    }
    return [`${name} could not be started (${step}): ${text}.`, 'Try again; if it stays so, restart the sandbox.'];
  }
}
