// Runs a program over a line, one character at a time. Sets of places it can be in are remembered as states, so that in the
// usual case a character costs one look-up; at worst it costs one step an instruction.
import type { Program } from './compile.js';
import { isWord, type Side } from './syntax.js';

interface State {
  /** Instructions to go on from. */
  places: readonly number[];
  before: Side;
  /** By the next character, or `endOfLine`. */
  next: Map<number, State | 'match'>;
}

const endOfLine = -1;

/** Hostile text can lead to ever new states: then all are forgotten. */
const maxRemembered = 20_000;

export class Automaton {
  readonly #program: Program;
  readonly #states = new Map<string, State>();
  #remembered = 0;

  constructor(program: Program) {
    this.#program = program;
  }

  /** Where the first match ends, or -1. */
  search(line: string): number {
    let state = this.#state([], 'edge');
    for (let at = 0; at <= line.length; at++) {
      const code = at < line.length ? line.charCodeAt(at) : endOfLine;
      const next = state.next.get(code) ?? this.#step(state, code);
      if (next === 'match') return at;
      state = next;
    }
    return -1;
  }

  #step(state: State, code: number): State | 'match' {
    const after = code === endOfLine ? 'edge' : sideOf(code);
    const next = this.#follow(state, code, after);
    if (this.#remembered++ > maxRemembered) {
      this.#remembered = 0;
      for (const known of this.#states.values()) known.next.clear();
      this.#states.clear();
    }
    state.next.set(code, next);
    return next;
  }

  /** A match may begin at every place, so the start is always among them. */
  #follow(state: State, code: number, after: Side): State | 'match' {
    const { instructions, start } = this.#program;
    const pending = [...state.places, start];
    const seen = new Set<number>(pending);
    const reached = new Set<number>();
    const visit = (place: number) => {
      if (!seen.has(place)) {
        seen.add(place);
        pending.push(place);
      }
    };
    for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
      const instruction = instructions[place];
      if (instruction?.do === 'match') return 'match';
      if (instruction?.do === 'split') instruction.next.forEach(visit);
      if (instruction?.do === 'assert' && instruction.holds(state.before, after)) visit(instruction.next);
      if (instruction?.do === 'read' && code !== endOfLine && instruction.test(code)) reached.add(instruction.next);
    }
    return this.#state(
      [...reached].sort((a, b) => a - b),
      after,
    );
  }

  #state(places: number[], before: Side): State {
    const key = `${before} ${places.join(' ')}`;
    let state = this.#states.get(key);
    if (!state) {
      state = { places, before, next: new Map() };
      this.#states.set(key, state);
    }
    return state;
  }
}

function sideOf(code: number): Side {
  return isWord(code) ? 'word' : 'other';
}
