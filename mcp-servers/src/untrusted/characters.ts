// Characters that show nothing, or change how others are shown.
import { isOrdinary } from './ordinary.js';

/**
 * Controls, default-ignorable characters (zero width, direction, soft hyphen, variation selectors, tags, Hangul fillers),
 * line and paragraph separators, interlinear annotation, private use, noncharacters and lone surrogates.
 */
export const hiddenRun =
  /[\0-\x08\v-\x1F\x7F-\x9F\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\p{Co}\p{Cs}\p{Noncharacter_Code_Point}\uFFF9-\uFFFB]+/gu;

/** A hidden run falls into encoded text (tags, variation selectors) and single characters. */
const part = /(?<tags>[\u{E0000}-\u{E007F}]+)|(?<selectors>[\uFE00-\uFE0F\u{E0100}-\u{E01EF}]+)|./gsu;

/** Entries of one listing: the thousands of characters that spell a secret message are not worth their tokens. */
const maxListed = 8;

export function revealCharacters(text: string): string {
  return text.replace(hiddenRun, (run, at: number) => (isOrdinary(run, text, at) ? run : describe(run)));
}

function describe(run: string): string {
  const shown: string[] = [];
  let single = '';
  for (const { 0: found, groups } of run.matchAll(part)) {
    const message = groups?.['tags'] ? fromTags(found) : groups?.['selectors'] ? fromSelectors(found) : undefined;
    if (message === undefined) {
      single += found;
      continue;
    }
    shown.push(list(single), `[hidden: ${message}]`);
    single = '';
  }
  return shown.join('') + list(single);
}

/** Tag characters mirror ASCII. */
function fromTags(run: string): string | undefined {
  return printable(Array.from(run, (tag) => codeOf(tag) - 0xe0000).filter((code) => code >= 0x20 && code < 0x7f));
}

/** The 256 variation selectors can stand for bytes; one that belongs to an emoji may stand before them. */
function fromSelectors(run: string): string | undefined {
  const selectors = Array.from(run.replace(/^\uFE0F/, ''), codeOf);
  return printable(selectors.map((code) => (code < 0xe0100 ? code - 0xfe00 : code - 0xe0100 + 16)));
}

function printable(bytes: number[]): string | undefined {
  const text = Buffer.from(bytes).toString().replace(/\s/g, ' ');
  return /^[\p{L}\p{N}\p{P}\p{S} ]+$/u.test(text) && !text.includes('\uFFFD') ? text : undefined;
}

/** `[U+200B x3 U+202E]` */
function list(characters: string): string {
  if (characters === '') return '';
  const entries: string[] = [];
  let listed = 0;
  for (const [same] of characters.matchAll(/(.)\1*/gsu)) {
    if (entries.length === maxListed) break;
    const count = Array.from(same).length;
    entries.push(`U+${codeOf(same).toString(16).toUpperCase().padStart(4, '0')}${count > 1 ? ` x${count}` : ''}`);
    listed += same.length;
  }
  const rest = Array.from(characters.slice(listed)).length;
  return `[${entries.join(' ')}${rest > 0 ? ` and ${rest} more` : ''}]`;
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}
