// A policy file's text as what it says, each rule with its line.
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { $ZodIssue } from 'zod/v4/core';
import { correctIt, policyError } from './errors.js';
import { nearest } from './nearest.js';
import { describeRule, parseRule, type Rule } from './rule.js';
import { ruleTextOf } from './rule-text.js';
import { knownKeys, type PolicyFile, policyFileSchema } from './schema.js';
import { type RuleLayer, verdicts } from './types.js';

/** One file of the policy. */
export interface Layer {
  layer: RuleLayer;
  file: string;
  rules: readonly Rule[];
  content: PolicyFile;
  /** The line of a section or a value, from 1. */
  lineOf(...path: readonly (string | number)[]): number;
}

/** Throws AgentError `policy`, which names the line. */
export function parsePolicy(text: string, file: string, layer: RuleLayer): Layer {
  const { document, lines } = parseYaml(text, file);
  const lineOf = (...path: readonly (string | number)[]) => lineAt(document, lines, path);
  const found = policyFileSchema.safeParse(toPlain(document, file) ?? {});
  if (!found.success) {
    const [issue] = found.error.issues;
    if (!issue) throw new TypeError('an error of zod without an issue');
    throw policyError(`${file}:${lineOf(...whereIs(issue))}`, describeIssue(issue), correctIt);
  }
  const rules = verdicts.flatMap((verdict) =>
    (found.data[verdict] ?? []).map((entry, i) => {
      const line = lineOf(verdict, i);
      try {
        const text = ruleTextOf(entry);
        return parseRule(text, { layer, file, line, text: describeRule(text), verdict });
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        throw policyError(`${file}:${line}`, error.message, correctIt, error);
      }
    }),
  );
  return { layer, file, rules, content: found.data, lineOf };
}

/** Throws AgentError `policy` for what is no YAML, or YAML that means more than it shows. */
function parseYaml(text: string, file: string): { document: Document.Parsed; lines: LineCounter } {
  const lines = new LineCounter();
  let document: Document.Parsed;
  try {
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  } catch (error) {
    // The parser goes as deep as the text does.
    throw policyError(file, `it is nested too deeply (${(error as Error).message}).`, correctIt, error);
  }
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) {
    const { line } = lines.linePos(problem.pos[0]);
    throw policyError(`${file}:${line}`, `it is not valid YAML: ${problem.message}.`, correctIt, problem);
  }
  return { document, lines };
}

function toPlain(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    throw policyError(file, 'it holds an alias (*name); write the value itself.', correctIt, error);
  }
}

function lineAt(document: Document, lines: LineCounter, path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length--) {
    const parent = document.getIn(path.slice(0, length - 1), true);
    const last = path[length - 1];
    const key = isMap(parent)
      ? parent.items.find((pair) => isScalar(pair.key) && pair.key.value === last)?.key
      : undefined;
    const node = key ?? document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

function whereIs(issue: $ZodIssue): (string | number)[] {
  const path = issue.path.filter((step) => typeof step !== 'symbol');
  return issue.code === 'unrecognized_keys' ? [...path, ...issue.keys.slice(0, 1)] : path;
}

function describeIssue(issue: $ZodIssue): string {
  const where = issue.path.join('.');
  if (issue.code !== 'unrecognized_keys') return `${where || 'it'}: ${issue.message}.`;
  const [key = ''] = issue.keys;
  const meant = nearest(key, knownKeys);
  return `${where ? `${where} has` : 'there is'} no ${JSON.stringify(key)}${meant ? `; did you mean ${JSON.stringify(meant)}?` : '.'}`;
}
