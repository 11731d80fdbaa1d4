// Fences for the system prompt: the same for the same text in the same session, so that the prompt stays the same over a
// resume, and not to be known to whoever wrote the text.
import { createHash } from 'node:crypto';
import { fence, reveal } from '@cofferdam/mcp-servers/untrusted';

/** `secret` is the session's own. What is hidden in the text is made visible. */
export function fixedFence(source: string, text: string, secret: string): string {
  const shown = reveal(text);
  return fence({ source, text: shown }, marks(shown, secret));
}

/** The same for a text that was fenced with a mark of the moment. */
export function refixed(fenced: string, secret: string): string {
  const mark = /^<(outside-[0-9a-f]+) /.exec(fenced)?.[1];
  if (mark === undefined) return fenced;
  const next = marks(fenced.replaceAll(mark, ''), secret);
  let fixed = next();
  while (fenced.includes(fixed)) fixed += next();
  return fenced.replaceAll(mark, `outside-${fixed}`);
}

function marks(text: string, secret: string): () => string {
  let count = 0;
  return () => createHash('sha256').update(`${secret}\0${count++}\0${text}`).digest('hex').slice(0, 8);
}
