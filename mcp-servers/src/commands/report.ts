// How a command and its output are told to the model.
import * as z from 'zod';
import type { Command } from './command.js';
import type { Stream } from './output-log.js';
import { cleanTerminal } from './terminal.js';

export const stateSchema = {
  id: z.string(),
  state: z.enum(['running', 'finished', 'failed']),
  exit_code: z.int().nullable(),
  signal: z.string().nullable(),
  timed_out: z.boolean(),
  duration_ms: z.int(),
};

const stateObject = z.object(stateSchema);

export function describeState({ id, state, startedAt }: Command): z.output<typeof stateObject> {
  const result = state.name === 'finished' ? state.result : undefined;
  return {
    id,
    state: state.name,
    exit_code: result?.exitCode ?? null,
    signal: result?.signal ?? null,
    timed_out: result?.timedOut ?? false,
    duration_ms: Math.round(result?.durationMs ?? Date.now() - startedAt),
  };
}

/** One sentence without a full stop. */
export function sayState(command: Command): string {
  const { state } = command;
  const seconds = `${(describeState(command).duration_ms / 1000).toFixed(1)} s`;
  if (state.name === 'running') return `${command.id} has been running for ${seconds}`;
  if (state.name === 'failed')
    return `${command.id} failed: ${state.error.message} ${state.error.remedy ?? ''}`.trimEnd();
  const { exitCode, signal, timedOut } = state.result;
  if (timedOut) return `${command.id} was killed by its time limit after ${seconds}`;
  return `${command.id} ${signal ? `was ended by ${signal}` : `exited with code ${exitCode}`} after ${seconds}`;
}

const SHOWN_WHOLE = 24_000;
const SHOWN_HEAD = 6_000;
const SHOWN_TAIL = 12_000;

/** A stream's text, or its beginning and end where it is long, with where to read what was cut. */
export function summarize({ id, output }: Command, stream: Stream): { text: string; cut: number } {
  const size = output.size(stream);
  const lost = output.written(stream) - size;
  const whole = cleanTerminal(output.read(output.start, size, stream).text);
  if (whole.length <= SHOWN_WHOLE) return { text: notKept(lost) + whole, cut: lost };
  const head = output.read(output.start, SHOWN_HEAD, stream);
  const tail = output.tail(SHOWN_TAIL, stream);
  const hidden = size - head.text.length - tail.text.length;
  const note = `[${hidden} characters cut: read_output with id ${id}, stream ${stream}, since ${head.next}]`;
  const text = `${notKept(lost)}${cleanTerminal(head.text)}\n${note}\n${cleanTerminal(tail.text)}`;
  return { text, cut: lost + hidden };
}

/** Says that the oldest output is gone. */
export function notKept(count: number): string {
  return count > 0 ? `[${count} earlier characters are not kept any more]\n` : '';
}
