// A pattern as a program for a machine that can be in many places at once (Thompson's construction).
import { type Node, type Side, type Test, UnsupportedPattern } from './syntax.js';

export type Instruction =
  | { do: 'read'; test: Test; next: number }
  | { do: 'assert'; holds: (before: Side, after: Side) => boolean; next: number }
  | { do: 'split'; next: number[] }
  | { do: 'match' };

export interface Program {
  instructions: readonly Instruction[];
  start: number;
}

/** Each character of a log costs at most this many steps. */
const maxInstructions = 500;

/** Built from the end to the beginning, so that each part knows where to go on. */
export function compile(pattern: Node): Program {
  const instructions: Instruction[] = [{ do: 'match' }];

  function add(instruction: Instruction): number {
    if (instructions.length >= maxInstructions)
      throw new UnsupportedPattern('The pattern is too large: it repeats too much.');
    return instructions.push(instruction) - 1;
  }

  function build(node: Node, next: number): number {
    switch (node.type) {
      case 'character':
        return add({ do: 'read', test: node.test, next });
      case 'assertion':
        return add({ do: 'assert', holds: node.holds, next });
      case 'sequence':
        return node.nodes.reduceRight((after, each) => build(each, after), next);
      case 'choice':
        return add({ do: 'split', next: node.nodes.map((each) => build(each, next)) });
      case 'repeat':
        return repeat(node.node, node.least, node.most, next);
    }
  }

  function repeat(node: Node, least: number, most: number, next: number): number {
    let start = next;
    if (most === Number.POSITIVE_INFINITY) {
      const loop: number[] = [next];
      start = add({ do: 'split', next: loop });
      loop.push(build(node, start));
    } else {
      for (let i = least; i < most; i++) start = add({ do: 'split', next: [next, build(node, start)] });
    }
    for (let i = 0; i < least; i++) start = build(node, start);
    return start;
  }

  return { start: build(pattern, 0), instructions };
}
