// What a person typed at a question, and what they meant.

type Word = 'yes' | 'no' | 'always' | 'never' | 'edit';
export type Typed = { kind: Word } | { kind: 'words'; text: string };

const words: readonly (readonly [RegExp, Word])[] = [
  [/^y(es)?( once)?$/i, 'yes'],
  [/^(no?)?$/i, 'no'],
  [/^a(lways)?$/i, 'always'],
  [/^(d|don't|don't ask again)$/i, 'never'],
  [/^e(dit)?$/i, 'edit'],
];

/** Anything but the words that are offered stands for itself: a no with its reason. The end of the input is a no. */
export function readAnswer(line: string | undefined, offered: readonly Word[]): Typed {
  const text = line?.trim() ?? '';
  const found = words.find(([pattern, kind]) => offered.includes(kind) && pattern.test(text));
  return found ? { kind: found[1] } : { kind: 'words', text };
}
