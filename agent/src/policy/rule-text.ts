// Rules as they stand in YAML, and on a command line.
import { parseDocument } from 'yaml';
import type { RuleText } from './rule.js';
import type { RuleEntry } from './schema.js';

/** `- gitlab.create_note`, `- files.edit_file: src/**`, or the same as one text in quotes. */
export function ruleTextOf(entry: RuleEntry): RuleText {
  if (typeof entry === 'string') return parseRuleText(entry);
  const [[name, detail] = ['', '']] = Object.entries(entry);
  return { name, detail };
}

/** `NAME`, `NAME: TEXT` or `NAME: { KEY: VALUE }`. Throws a RangeError for braces that hold something else. */
export function parseRuleText(text: string): RuleText {
  const colon = text.match(/^([^\s:]+):\s+(.*)$/s);
  const [, name, detail] = colon ?? [];
  if (name === undefined || detail === undefined) return { name: text.trim() };
  const takesText = /^(commands|files|git)\.|^host$/.test(name);
  return { name, detail: !takesText && detail.startsWith('{') ? parseArguments(detail) : detail.trim() };
}

function parseArguments(text: string): Record<string, string> {
  const document = parseDocument(text);
  const value: unknown = document.errors.length > 0 ? undefined : document.toJS({ maxAliasCount: 0 });
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new RangeError(`${text} is not understood: write { NAME: VALUE, NAME: VALUE }.`);
  }
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, String(one)]));
}

/** How `remember` writes it. */
export function entryOf({ name, detail }: RuleText): string | Record<string, string | Record<string, string>> {
  return detail === undefined ? name : { [name]: detail };
}
