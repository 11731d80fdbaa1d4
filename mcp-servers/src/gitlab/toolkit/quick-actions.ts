// A line that begins with /close or the like is not text to GitLab but a command, and runs with the token's rights.
import { ToolError } from '../../kit/index.js';

/** Wherever GitLab could take it for one; in a code block too, because who ends a block where is a matter of parsers. */
const quickAction = /^[^\S\n]*\/([a-z_]+)(?=\s|$)/gim;

/** Throws ToolError `quick-action` for one that the policy does not allow. */
export function checkQuickActions(text: string | undefined, allowed: readonly string[]): void {
  const found = [...(text ?? '').matchAll(quickAction)].map(([, name = '']) => name.toLowerCase());
  const refused = found.find((name) => !allowed.includes(name));
  if (refused === undefined) return;
  throw new ToolError(
    'quick-action',
    `The text has a line that begins with /${refused}, which GitLab would carry out as a quick action. Nothing was sent.`,
    `Use the tool for it (such as update_issue), or write it inside of a line. The line "quick_actions: [${refused}]" under "gitlab:" in the user's policy file would allow it.`,
  );
}
