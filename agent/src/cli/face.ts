// How a run meets whoever started it: a person at a terminal, or a program that reads JSON.
import type { LiveEvent } from '../loop/index.js';
import { type Approver, nobody } from '../policy/index.js';
import { TerminalView, terminalApprover } from '../render/index.js';
import type { SessionEvent } from '../session/index.js';
import { printJson } from './command.js';

export interface Face {
  readonly view: TerminalView;
  readonly approver: Approver;
  /** True when questions can be asked. */
  readonly interactive: boolean;
  readonly json: boolean;
  event(event: SessionEvent | LiveEvent): void;
}

export function openFace(json: boolean): Face {
  const view = new TerminalView(process.stderr);
  const interactive = !json && process.stdin.isTTY === true && process.stderr.isTTY === true;
  return {
    view,
    interactive,
    json,
    approver: interactive ? terminalApprover(view) : nobody,
    event: json ? printJson : (event) => view.event(event),
  };
}
