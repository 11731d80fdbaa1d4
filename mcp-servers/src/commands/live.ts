// Shows a client what a running command writes.
import type { Command } from './command.js';
import { cleanTerminal } from './terminal.js';

const INTERVAL_MS = 100;
const LINES = 5;
const CHARACTERS = 1_000;
/** Clients that count progress as a sign of life hear from silent commands too. */
const HEARTBEAT_MS = 10_000;

/** Reports the last lines of both streams at most ten times a second, until disposed. */
export function showLive({ output, startedAt }: Command, progress: (message: string) => void): Disposable {
  let shown = output.end;
  let toldAt = Date.now();
  const tell = (now: number) => {
    shown = output.end;
    toldAt = now;
    const lines = cleanTerminal(output.tail(CHARACTERS).text).trimEnd().split('\n').slice(-LINES).join('\n');
    progress(lines || `Running for ${Math.round((now - startedAt) / 1000)} s without output.`);
  };
  const timer = setInterval(() => {
    const now = Date.now();
    if (output.end > shown || now - toldAt >= HEARTBEAT_MS) tell(now);
  }, INTERVAL_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
