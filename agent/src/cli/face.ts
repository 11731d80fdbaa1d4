// How the agent meets whoever started it: a person at a terminal, or a program that reads JSON.
import type { Card } from '../acp/extension.js';
import type { CardAnswer } from '../agent/index.js';
import type { LiveEvent } from '../loop/index.js';
import { TerminalView } from '../render/index.js';
import type { SessionEvent } from '../session/index.js';
import type { Listener } from './agent-client.js';
import { askAt } from './cards.js';
import { printJson } from './command.js';
import { Console } from './console.js';
import { isTerminal } from './options.js';

export interface Face extends Listener {
  readonly view: TerminalView;
  /** Where a person can be asked; undefined where nobody is there. */
  readonly console: Console | undefined;
  readonly json: boolean;
  /** Calls off the question that is open, if there is one. */
  stopAsking(): void;
  close(): void;
}

export interface FaceOptions {
  json: boolean;
  /** Every question about a call or a plan is answered with yes beforehand. */
  answerAll: boolean;
  /** Default: where there is a terminal. */
  watched?: boolean;
}

export function openFace({ json, answerAll, watched = isTerminal({ json }) }: FaceOptions): Face {
  const console = watched ? new Console(process.stdin, process.stderr) : undefined;
  const view = new TerminalView(console ?? process.stderr);
  let asking = new AbortController();
  let last: Promise<unknown> = Promise.resolve();

  async function ask(card: Card, details: readonly string[], signal: AbortSignal): Promise<CardAnswer> {
    if (answerAll && card.kind !== 'server') return { allowed: true };
    if (!console) return { allowed: false, reason: nobodyThere(card) };
    const own = AbortSignal.any([signal, asking.signal]);
    // One question at a time.
    const answer = last.then(() => askAt({ console, view }, card, details, own));
    last = answer.catch(() => {});
    return answer;
  }

  return {
    view,
    console,
    json,
    ask,
    event: json ? (event) => show(event, view) : (event) => view.event(event),
    stopAsking() {
      asking.abort(new Error('The question was called off.'));
      asking = new AbortController();
    },
    close: () => console?.close(),
  };
}

function show(event: SessionEvent | LiveEvent, view: TerminalView): void {
  printJson(event);
  view.follow(event);
}

function nobodyThere({ kind }: Card): string {
  if (kind === 'server') {
    return 'Third-party servers are used only after somebody agreed at a terminal: cofferdam mcp enable NAME.';
  }
  return 'Nobody is there to approve it: this run asks nothing. Finish without it, and say what is left undone.';
}
