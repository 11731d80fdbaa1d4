// Names that strangers chose, in sentences of ours.

/** Quoted, on one line, visible, and at most `most` characters. */
export function name(text: string, most = 200): string {
  return JSON.stringify(
    text
      .replace(/\p{C}|\p{Zl}|\p{Zp}/gu, '')
      .slice(0, most)
      .toWellFormed(),
  );
}
