// GitLab knows a draft by the beginning of its title (lib/gitlab/regex/merge_requests.rb).

const prefix = /^(?:(?:\[draft\]|\(draft\)|draft:)\s*)+/i;

export function isDraft(title: string): boolean {
  return prefix.test(title);
}

/** The title as a draft's, or as one of what is none; unchanged where `draft` is undefined. */
export function draftTitle(title: string, draft: boolean | undefined): string {
  if (draft === undefined || draft === isDraft(title)) return title;
  return draft ? `Draft: ${title}` : title.replace(prefix, '') || title;
}
