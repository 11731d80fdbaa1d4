// A line that begins with /close or the like is not text to GitLab but a command, and runs with the token's rights.
import { ToolError } from '../../kit/index.js';

const lineEnd = /[\n\v\f\x85\u2028\u2029]/;

/** Wherever GitLab could take it for one; in a code block too, because who ends a block where is a matter of parsers. */
const quickAction = /^\s*\/([a-z][\w-]*)(?:\s|$)/i;

/** Throws ToolError `quick-action` for one that the policy does not allow. */
export function checkQuickActions(text: string | undefined, allowed: readonly string[]): void {
  const compared = asCompared(text ?? '');
  // GitLab drops carriage returns before it looks; others end a line with them.
  const refused = [...compared.replaceAll('\r', '').split(lineEnd), ...compared.split('\r')]
    .map((line) => quickAction.exec(line)?.[1])
    .find((name) => name !== undefined && !allowed.includes(name));
  if (refused === undefined) return;
  throw new ToolError(
    'quick-action',
    `The text has a line that begins with /${refused.slice(0, 40)}, which GitLab would carry out as a quick action. Nothing was sent.`,
    `Use the tool for it (such as update_issue), or write it inside of a line. The line "quick_actions: [${refused.slice(0, 40)}]" under "gitlab:" in the user's policy file would allow it.`,
  );
}

/**
 * GitLab compares names without case, by which the Kelvin sign is a k (its lib/gitlab/quick_actions/extractor.rb).
 * Characters that show nothing go as well, so that what looks like one is one.
 */
function asCompared(text: string): string {
  return text
    .replace(/\0|\p{Default_Ignorable_Code_Point}/gu, '')
    .normalize('NFKC')
    .toLowerCase();
}
