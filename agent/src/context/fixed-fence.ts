// A fence for the system prompt: the same for the same text in the same session, so that the prompt cache holds over a
// resume, and not to be known to whoever wrote the text.
import { createHash } from 'node:crypto';
import { fence, reveal } from '@cofferdam/mcp-servers/untrusted';

/** `secret` is the session's own. What is hidden in the text is made visible. */
export function fixedFence(source: string, text: string, secret: string): string {
  const shown = reveal(text);
  let count = 0;
  const mark = () => createHash('sha256').update(`${secret}\0${count++}\0${shown}`).digest('hex').slice(0, 8);
  return fence({ source, text: shown }, mark);
}
