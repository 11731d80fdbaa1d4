// What hides in a text that has to stay as it is, such as a file that will be edited.
import { hiddenRun } from './characters.js';
import { isOrdinary } from './ordinary.js';

const kinds = {
  'Unicode tags': /[\u{E0000}-\u{E007F}]/u,
  'variation selectors': /[\uFE00-\uFE0F\u{E0100}-\u{E01EF}]/u,
  'direction controls': /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u,
  'zero-width characters': /[\u200B-\u200D\u2060\uFEFF]/u,
  'control characters': /[\0-\x1F\x7F-\x9F]/u,
} as const;

type Kind = keyof typeof kinds | 'other invisible characters';

/** How many hidden characters of each kind; nothing for a text without. Carriage returns before line feeds do not count. Takes time linear in the text. */
export function hiddenKinds(text: string): ReadonlyMap<Kind, number> {
  const found = new Map<Kind, number>();
  const plain = text.replaceAll('\r\n', '\n');
  for (const { 0: run, index } of plain.matchAll(hiddenRun)) {
    if (isOrdinary(run, plain, index)) continue;
    for (const character of run) {
      const kind = kindOf(character);
      found.set(kind, (found.get(kind) ?? 0) + 1);
    }
  }
  return found;
}

function kindOf(character: string): Kind {
  const known = Object.entries(kinds).find(([, pattern]) => pattern.test(character));
  return known ? (known[0] as Kind) : 'other invisible characters';
}
