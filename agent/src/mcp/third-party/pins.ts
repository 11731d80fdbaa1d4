// Pinning: what a server said about its tools when the user agreed to it, and whether it says something else now.
import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import type { Listing } from '../gate.js';
import { canonical, hashOf } from './canonical.js';
import type { Pin, Pins } from './consents.js';
import type { Change } from './question.js';
import { shown } from './words.js';

/** Characters of a text that are kept to show later what it was. */
const maxKept = 20_000;
/** Characters of a changed text that are shown, and how many of them stand before the first difference. */
const maxShown = 800;
const lead = 80;

export function pinsOf({ instructions, tools }: Listing): Pins {
  return {
    instructions: pin({ instructions }),
    tools: Object.fromEntries(tools.map((tool) => [tool.name, pinOfTool(tool)])),
  };
}

/** All that the model, the policy or a person is told of a tool. */
export function pinOfTool({ title, description, inputSchema, outputSchema, annotations }: Tool): Pin {
  return pin({ title, description, inputSchema, outputSchema, annotations });
}

function pin(parts: Record<string, unknown>): Pin {
  const said = Object.entries(parts).filter(([, value]) => value !== undefined);
  return {
    hash: hashOf(Object.fromEntries(said)),
    shown: Object.fromEntries(said.map(([part, value]) => [part, shown(textOf(value), maxKept)])),
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : canonical(value, 1));

/** What a listing says that was not pinned. Tools that are gone do no harm. */
export function changesSince(pinned: Pins, now: Pins): Change[] {
  return [
    ...differences('instructions', pinned.instructions, now.instructions),
    ...Object.entries(now.tools).flatMap(([name, tool]) => {
      const before = Object.hasOwn(pinned.tools, name) ? pinned.tools[name] : undefined;
      return differences(name, before, tool);
    }),
  ];
}

function differences(name: string, before: Pin | undefined, after: Pin): Change[] {
  if (before?.hash === after.hash) return [];
  if (!before) return [{ what: `new: ${name}`, after: shown(after.shown['description'] ?? '', maxShown) }];
  const parts = [...new Set([...Object.keys(before.shown), ...Object.keys(after.shown)])];
  const changes = parts
    .filter((part) => before.shown[part] !== after.shown[part])
    .map((part): Change => {
      const what = part === name ? name : `${name}: ${part}`;
      return { what, ...around(before.shown[part] ?? '', after.shown[part] ?? '') };
    });
  return changes.length > 0 ? changes : [{ what: name, after: 'It changed further on than is kept to be shown.' }];
}

/** Both texts from shortly before where they begin to differ. */
function around(before: string, after: string): { before: string; after: string } {
  let same = 0;
  while (same < before.length && before[same] === after[same]) same += 1;
  const start = Math.max(0, same - lead);
  const cut = (text: string) =>
    `${start > 0 ? '…' : ''}${text.slice(start, start + maxShown)}${text.length > start + maxShown ? '…' : ''}`;
  return { before: cut(before).toWellFormed(), after: cut(after).toWellFormed() };
}

/** Those of an earlier listing stay: a tool that goes and comes back is the one that the user knows. */
export function merge(earlier: Pins | undefined, now: Pins): Pins {
  return { ...now, tools: { ...earlier?.tools, ...now.tools } };
}
