// Shows a client what a running command writes.
import type { Command } from './command.js';
import { cleanTerminal } from './terminal.js';

const INTERVAL_MS = 100;
/** UTF-16 units a message; of faster output the newest is shown. */
const CHARACTERS = 4_000;
/** Clients that count progress as a sign of life hear from silent commands too. */
const HEARTBEAT_MS = 10_000;

/** Reports each line of both streams once, at most ten times a second; when disposed, what is left. */
export function showLive({ output, startedAt }: Command, progress: (message: string) => void): Disposable {
  let shown = output.end;
  let toldAt = Date.now();
  const tell = (message: string) => {
    toldAt = Date.now();
    progress(message);
  };
  const tellNew = (onlyWholeLines: boolean) => {
    const { text, next } = output.read(Math.max(shown, output.end - CHARACTERS), CHARACTERS);
    const length = onlyWholeLines ? text.lastIndexOf('\n') + 1 : text.length;
    if (length === 0) return;
    const start = next - text.length;
    const left = start > shown ? `[${start - shown} characters not shown]\n` : '';
    shown = start + length;
    tell(left + cleanTerminal(text.slice(0, length)).trimEnd());
  };
  const timer = setInterval(() => {
    if (output.end > shown) tellNew(true);
    const now = Date.now();
    if (now - toldAt >= HEARTBEAT_MS) tell(`Running for ${Math.round((now - startedAt) / 1000)} s.`);
  }, INTERVAL_MS);
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      tellNew(false);
    },
  };
}
