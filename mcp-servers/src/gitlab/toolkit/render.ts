// Results as a model reads them best: `key: value` lines, Markdown kept as Markdown, nothing that says nothing.
import { clip, type RevealOptions, reveal } from '../../untrusted/index.js';

export type Data = Record<string, unknown>;

/** Without nulls, empty texts and empty lists, and with every hidden character in its texts, keys included, made visible. */
export function tidy(value: unknown, options?: RevealOptions): unknown {
  if (typeof value === 'string') return reveal(value, options);
  if (Array.isArray(value)) return value.map((one) => tidy(one, options));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).flatMap(([key, one]) =>
    saysNothing(one) ? [] : [[/^\w+$/.test(key) ? key : reveal(key, options), tidy(one, options)]],
  );
  return Object.fromEntries(kept);
}

function saysNothing(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

/** An object as lines, long texts last. A list of objects becomes a line each. */
export function render(data: Data): string {
  const short: string[] = [];
  const long: string[] = [];
  for (const [key, value] of Object.entries(data)) {
    if (isList(value)) long.push(...(Object.keys(data).length === 1 ? [] : [`${key}:`]), ...value.map(line));
    else if (typeof value === 'string' && value.includes('\n')) long.push(`${key}:`, value);
    else short.push(`${key}: ${inline(value)}`);
  }
  return [...short, ...long].join('\n');
}

/** Long enough for a title and a first paragraph; `detailed` and the tool for one object show all. */
const longestInLine = 300;

/** `- iid: 12 | title: Login fails | labels: bug, auth`; texts of several lines are clipped to one. */
function line(object: unknown): string {
  if (!isObject(object)) return `- ${inline(object)}`;
  return `- ${Object.entries(object)
    .map(([key, value]) => `${key}: ${inline(value)}`)
    .join(' | ')}`;
}

function inline(value: unknown): string {
  if (typeof value === 'string') return clip(value.replace(/\s*\n\s*/g, ' ⏎ '), longestInLine);
  if (Array.isArray(value)) return value.map(inline).join(', ');
  if (isObject(value))
    return `{${Object.entries(value)
      .map(([key, one]) => `${key}: ${inline(one)}`)
      .join(', ')}}`;
  return String(value);
}

const isObject = (value: unknown): value is Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isList = (value: unknown): value is Data[] => Array.isArray(value) && value.some(isObject);
