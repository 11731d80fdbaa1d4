/** At most about `most` characters: the beginning and the end, with a note of what is missing. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text.toWellFormed();
  const head = text.slice(0, Math.ceil(most * 0.7));
  const tail = text.slice(text.length - Math.floor(most * 0.3));
  return `${head} [... ${text.length - most} characters ...] ${tail}`.toWellFormed();
}
