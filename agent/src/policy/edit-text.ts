// Rules put into the text of a policy file and taken out of it. All other characters stay as the user typed them, where
// the rules stand in lines of their own; else the file is written anew with its comments.
import { Document, isMap, isNode, isSeq, parseDocument, type YAMLSeq } from 'yaml';
import type { RuleEntry } from './schema.js';
import type { Verdict } from './types.js';

type Content = Record<string, unknown>;

/** `text` is valid. Answers valid text whose list of that verdict has `entry` at its end. */
export function withEntry(text: string, verdict: Verdict, entry: RuleEntry): string {
  const content = contentOf(text);
  const wanted = { ...content, [verdict]: [...listIn(content, verdict), entry] };
  return firstThatSays(wanted, [insertLine(text, verdict, entry)], () =>
    rewrite(text, (document) => {
      if (isSeq(document.get(verdict))) document.addIn([verdict], document.createNode(entry));
      else document.set(verdict, document.createNode([entry]));
    }),
  );
}

/** `text` is valid and has such an entry. The list goes with its last entry. */
export function withoutEntry(text: string, verdict: Verdict, index: number): string {
  const { [verdict]: _, ...others } = contentOf(text);
  const rest = listIn(contentOf(text), verdict).filter((_, i) => i !== index);
  const wanted = rest.length === 0 ? others : { ...others, [verdict]: rest };
  return firstThatSays(wanted, [removeLines(text, verdict, index)], () =>
    rewrite(text, (document) => {
      if (rest.length === 0) document.delete(verdict);
      else document.deleteIn([verdict, index]);
      if (isMap(document.contents) && document.contents.items.length === 0) document.contents = null;
    }),
  );
}

function firstThatSays(wanted: Content, candidates: readonly (string | undefined)[], otherwise: () => string): string {
  const says = (text: string) => JSON.stringify(sorted(contentOf(text))) === JSON.stringify(sorted(wanted));
  return candidates.find((text) => text !== undefined && isValid(text) && says(text)) ?? otherwise();
}

function isValid(text: string): boolean {
  return parseDocument(text).errors.length === 0;
}

function contentOf(text: string): Content {
  return (parseDocument(text).toJS({ maxAliasCount: 0 }) ?? {}) as Content;
}

function listIn(content: Content, verdict: Verdict): unknown[] {
  return (content[verdict] ?? []) as unknown[];
}

function sorted(content: Content): [string, unknown][] {
  return Object.entries(content).sort(([a], [b]) => (a < b ? -1 : 1));
}

function rewrite(text: string, change: (document: Document) => void): string {
  const document: Document = parseDocument(text);
  change(document);
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function insertLine(text: string, verdict: Verdict, entry: RuleEntry): string | undefined {
  const document = parseDocument(text);
  const list = document.get(verdict);
  if (list === undefined)
    return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${verdict}:\n${entryLines(entry, '  ')}`;
  const place = isSeq(list) ? placeOf(text, list, list.items.length - 1) : undefined;
  if (!place) return undefined;
  const before = text.slice(0, place.end);
  return `${before}${before.endsWith('\n') ? '' : '\n'}${entryLines(entry, place.indent)}${text.slice(place.end)}`;
}

function removeLines(text: string, verdict: Verdict, index: number): string | undefined {
  const document = parseDocument(text);
  const list = document.get(verdict);
  const place = isSeq(list) ? placeOf(text, list, index) : undefined;
  if (!place || !isSeq(list)) return undefined;
  const key = isMap(document.contents) ? document.contents.items.find((pair) => pair.value === list)?.key : undefined;
  const start = list.items.length > 1 || !isNode(key) || !key.range ? place.start : key.range[0];
  return text.slice(0, start) + text.slice(place.end);
}

/** The whole lines of an entry; undefined where it shares a line with others. */
function placeOf(
  text: string,
  list: YAMLSeq,
  index: number,
): { start: number; end: number; indent: string } | undefined {
  const node = list.items[index];
  if (list.flow || !isNode(node) || !node.range) return undefined;
  const [from, to] = node.range;
  const start = text.lastIndexOf('\n', from - 1) + 1;
  const indent = /^( *)- *$/.exec(text.slice(start, from))?.[1];
  const newline = text[to - 1] === '\n' ? to - 1 : text.indexOf('\n', to);
  return indent === undefined ? undefined : { start, end: newline === -1 ? text.length : newline + 1, indent };
}

function entryLines(entry: RuleEntry, indent: string): string {
  const [first = '', ...rest] = new Document(entry).toString({ lineWidth: 0 }).trimEnd().split('\n');
  return `${[`${indent}- ${first}`, ...rest.map((line) => `${indent}  ${line}`)].join('\n')}\n`;
}
