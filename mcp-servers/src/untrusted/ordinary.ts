// Invisible characters where writing needs them: inside emoji, and in scripts that join or stack letters.

interface Place {
  /** The whole run of invisible characters. */
  run: RegExp;
  /** What precedes, up to 8 units. */
  after?: RegExp;
  /** The character that follows. */
  before?: RegExp;
}

const joining =
  /[\p{scx=Arabic}\p{scx=Syriac}\p{scx=Nko}\p{scx=Mongolian}\p{scx=Devanagari}\p{scx=Bengali}\p{scx=Gurmukhi}\p{scx=Gujarati}\p{scx=Oriya}\p{scx=Tamil}\p{scx=Telugu}\p{scx=Kannada}\p{scx=Malayalam}\p{scx=Sinhala}\p{scx=Khmer}\p{scx=Myanmar}\p{scx=Tibetan}]$/u;
const rightToLeft =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;
const afterRightToLeft = new RegExp(`${rightToLeft.source}[\\p{P}\\p{S}\\p{N} ]{0,3}$`, 'u');
const withoutSpaces = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const afterWithoutSpaces = new RegExp(`${withoutSpaces.source}$`, 'u');

const places: readonly Place[] = [
  // Text or emoji presentation, as in a red heart or a keycap.
  { run: /^[\uFE0E\uFE0F]$/u, after: /\p{Emoji}$/u },
  // Families, professions, flags with a symbol.
  {
    run: /^\uFE0F?\u200D$/u,
    after: /[\p{Extended_Pictographic}\p{Emoji_Modifier}]$/u,
    before: /\p{Extended_Pictographic}/u,
  },
  // The flags of England, Scotland and Wales are the only ones spelled in tags: gbeng, gbsct, gbwls.
  {
    run: /^\u{E0067}\u{E0062}(?:\u{E0065}\u{E006E}\u{E0067}|\u{E0073}\u{E0063}\u{E0074}|\u{E0077}\u{E006C}\u{E0073})\u{E007F}$/u,
    after: /\u{1F3F4}$/u,
  },
  // Zero width joiner and non-joiner, in Persian and the scripts of India.
  { run: /^[\u200C\u200D]$/u, after: joining },
  // Where a line may break between words written without spaces.
  { run: /^\u200B$/u, after: afterWithoutSpaces, before: withoutSpaces },
  // Left-to-right and right-to-left mark; embeddings, overrides and isolates are never ordinary.
  { run: /^[\u200E\u200F]$/u, after: afterRightToLeft },
  { run: /^[\u200E\u200F]$/u, before: rightToLeft },
  // The registered variants of ideographs.
  { run: /^[\uFE00-\uFE02\u{E0100}-\u{E011F}]$/u, after: /\p{Unified_Ideograph}$/u },
  { run: /^\uFE00$/u, after: /\p{Sm}$/u },
  { run: /^[\u180B-\u180F]$/u, after: /\p{Script=Mongolian}$/u },
];

/** Whether `run`, invisible characters found in `text` at `at`, is part of ordinary writing. */
export function isOrdinary(run: string, text: string, at: number): boolean {
  if (run.length > 14) return false;
  const previous = text.slice(Math.max(0, at - 8), at);
  const next = String.fromCodePoint(text.codePointAt(at + run.length) ?? 0x20);
  return places.some(
    (place) => place.run.test(run) && (place.after?.test(previous) ?? true) && (place.before?.test(next) ?? true),
  );
}
