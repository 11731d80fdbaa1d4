// Text from outside may hold what a person reading it in a browser would not see but a model would. Nothing is taken
// away: what is hidden is put into brackets, in plain sight.
import { revealCharacters } from './characters.js';
import { revealComments } from './comments.js';
import { foldPadding } from './padding.js';

export interface RevealOptions {
  /**
   * Whether people see this text rendered as Markdown, so that an HTML comment hides its content from them. False for
   * what GitLab shows as it is (source files, diffs, logs): there comments stay as written. Default true.
   */
  rendered?: boolean;
}

/**
 * The same text with everything hidden made visible: invisible, control and direction-changing characters, text encoded in
 * them, HTML comments, and blank space that pushes text out of sight. Line ends become `\n`. Text without such
 * things comes back unchanged, and markup that merely renders as nothing (link titles, `hidden` attributes) stays visible
 * because it is shown as source. Takes time linear in the text, whatever it holds.
 */
export function reveal(text: string, { rendered = true }: RevealOptions = {}): string {
  const characters = revealCharacters(text.replace(/\r\n?/g, '\n'));
  return foldPadding(rendered ? revealComments(characters) : characters);
}
