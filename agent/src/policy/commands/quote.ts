// Words as a line that Bash reads as these words.

/** Throws nothing: every text can be quoted but for one with a NUL, which no program can be given. */
export function quoteWords(words: readonly string[]): string {
  return words.map((word, i) => (isPlain(word, i === 0) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}

const reserved = new Set(
  'if then elif else fi for while until do done case esac in function select time coproc ! { } [['.split(' '),
);

function isPlain(word: string, first: boolean): boolean {
  if (first && (reserved.has(word) || /^[A-Za-z_]\w*\+?=/.test(word))) return false;
  return /^[\w@%+=:,./^-]+$/.test(word);
}
