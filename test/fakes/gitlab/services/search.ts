// How GitLab's basic search finds words in texts.

/** Whether any of the texts holds the words, in any case, as GitLab's basic search has it. */
export function contains(words: string, ...texts: readonly (string | null)[]): boolean {
  return texts.some((text) => text?.toLowerCase().includes(words.toLowerCase()));
}

/** Every word, or phrase in quotes, is somewhere in the fields. */
export function bySearch(search: string, fields: string) {
  const words = [...search.matchAll(/"([^"]+)"|(\S+)/g)].map(([, phrase, word]) =>
    (phrase ?? word ?? '').toLowerCase(),
  );
  const within = fields.split(',').map((field) => field.trim());
  return ({ title, description }: { title: string; description: string | null }): boolean => {
    const texts = [
      ...(within.includes('title') ? [title.toLowerCase()] : []),
      ...(within.includes('description') ? [description?.toLowerCase() ?? ''] : []),
    ];
    return words.every((word) => texts.some((text) => text.includes(word)));
  };
}
