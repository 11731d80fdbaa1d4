// What GitLab answered as JSON, checked: text that is none, or none of the form that was asked for, is a failure with words.
import * as z from 'zod';
import { ToolError } from '../../kit/index.js';
import { quoted } from '../../untrusted/index.js';
import { GitLabError } from './errors.js';

/** Throws GitLabError `not-gitlab`, ToolError `unexpected`. */
export function parseAnswer<T>(endpoint: string, text: string, schema: z.ZodType<T>): T {
  if (isTooDeep(text)) throw unexpected(endpoint, `nested deeper than ${deepest} levels`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const message = `${endpoint} answered with something that is not JSON.`;
    throw new GitLabError(200, 'not-gitlab', message, 'Tell the user to check GITLAB_URL and proxies.');
  }
  return checkAnswer(endpoint, value, schema);
}

/** Throws ToolError `unexpected`. */
export function checkAnswer<T>(endpoint: string, value: unknown, schema: z.ZodType<T>): T {
  const found = schema.safeParse(value);
  if (found.success) return found.data;
  throw unexpected(endpoint, quoted(z.prettifyError(found.error), 500));
}

function unexpected(endpoint: string, why: string): ToolError {
  return new ToolError(
    'unexpected',
    `${endpoint} answered in another form than GitLab documents: ${why}.`,
    'Tell the user: this GitLab version may not be supported.',
  );
}

/** Far deeper than GitLab's answers, and far from where recursion through a value would end the stack. */
const deepest = 100;

function isTooDeep(json: string): boolean {
  let depth = 0;
  for (let at = 0; at < json.length; at += 1) {
    const char = json.charCodeAt(at);
    if (char === quote) at = endOfText(json, at);
    else if (char === openArray || char === openObject) depth += 1;
    else if (char === closeArray || char === closeObject) depth -= 1;
    if (depth > deepest) return true;
  }
  return false;
}

/** Where the text ends that begins with the quote at `start`. Most of an answer is text, so that jumping over it is what counts. */
function endOfText(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); end > 0; end = json.indexOf('"', end + 1)) {
    let before = end;
    while (json.charCodeAt(before - 1) === backslash) before -= 1;
    if ((end - before) % 2 === 0) return end;
  }
  return json.length;
}

const [quote, backslash, openArray, closeArray, openObject, closeObject] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d];
