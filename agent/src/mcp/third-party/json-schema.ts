// As much of JSON Schema as the model's API checks: one malformed tool would have it refuse the whole request.
import * as z from 'zod';
import { shown } from './words.js';

const maxDepth = 24;
const maxCharacters = 30_000;

const type = z.enum(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null']);
/** The API's own rule for the names of arguments. */
const key = z.string().regex(/^[a-zA-Z0-9_.-]{1,64}$/, 'is a name that the model cannot use');
const pattern = z.string().refine((text) => {
  try {
    return new RegExp(text, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}, 'is no pattern');

interface Node {
  [keyword: string]: unknown;
}

const node: z.ZodType<boolean | Node> = z.lazy(() => z.union([z.boolean(), schema]));
const several = z.array(node).min(1);
const size = z.int().min(0);

const schema: z.ZodType<Node> = z.lazy(() =>
  z.looseObject({
    type: z.union([type, z.array(type).min(1)]).optional(),
    properties: z.record(key, node).optional(),
    patternProperties: z.record(pattern, node).optional(),
    additionalProperties: node.optional(),
    items: z.union([node, z.array(node)]).optional(),
    prefixItems: several.optional(),
    contains: node.optional(),
    required: z.array(z.string()).optional(),
    enum: z.array(z.unknown()).min(1).optional(),
    anyOf: several.optional(),
    oneOf: several.optional(),
    allOf: several.optional(),
    not: node.optional(),
    pattern: pattern.optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    minLength: size.optional(),
    maxLength: size.optional(),
    minItems: size.optional(),
    maxItems: size.optional(),
    title: z.string().optional(),
    description: z.string().optional(),
    $ref: z.string().startsWith('#', 'leads to another document').optional(),
    $defs: z.record(z.string(), node).optional(),
    definitions: z.record(z.string(), node).optional(),
  }),
);

const topLevel = schema.refine((top) => top['type'] === 'object', 'is not about an object');

export type InputSchema = { type: 'object'; [keyword: string]: unknown };

/**
 * The schema of a tool's arguments with nothing hidden in it. At the top level the API knows no alternatives: they are
 * left out, and the server itself refuses what it does not take.
 */
export function cleanSchema(raw: unknown): { schema: InputSchema } | { problem: string } {
  const cleaned = reveal(raw, 0);
  if (cleaned === tooDeep) return { problem: 'its input schema is nested too deeply' };
  const found = topLevel.safeParse(cleaned);
  if (!found.success) {
    const [issue] = found.error.issues;
    return { problem: `its input schema is invalid: ${issue?.path.join('.')} ${issue?.message}` };
  }
  const { $schema: _, anyOf: _any, oneOf: _one, allOf: _all, ...kept } = found.data;
  const length = JSON.stringify(kept).length;
  if (length > maxCharacters)
    return { problem: `its input schema has ${length} characters; ${maxCharacters} is the limit` };
  return { schema: { ...kept, type: 'object' } };
}

const tooDeep = Symbol('too deep');

/** Names of arguments are not changed, only checked: the server must know them again. */
function reveal(value: unknown, depth: number): unknown {
  if (depth > maxDepth) return tooDeep;
  if (typeof value === 'string') return shown(value, maxCharacters);
  if (typeof value !== 'object' || value === null) return value;
  const inner = Array.isArray(value)
    ? value.map((one) => reveal(one, depth + 1))
    : Object.fromEntries(Object.entries(value).map(([name, one]) => [name, reveal(one, depth + 1)] as const));
  return Object.values(inner).includes(tooDeep) ? tooDeep : inner;
}
