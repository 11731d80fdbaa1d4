// Parameters as Grape reads them: query and body together, text coerced to types, unknown keys ignored.
import * as z from 'zod';
import { parameterError } from './reply.js';

export type Params = Record<string, unknown>;

/** `a=1&list[]=x&hash[key]=v&rows[][k]=v` as nested values. */
export function parseForm(text: string): Params {
  const params: Params = {};
  for (const [name, value] of new URLSearchParams(text)) assign(params, name, value);
  return params;
}

function assign(params: Params, name: string, value: unknown): void {
  const head = /^[^[]*/.exec(name)?.[0] ?? name;
  const keys = [...name.slice(head.length).matchAll(/\[([^\]]*)\]/g)].map((match) => match[1] ?? '');
  if (head === '__proto__' || keys.includes('__proto__')) return;
  params[head] = place(params[head], keys, value);
}

function place(current: unknown, keys: readonly string[], value: unknown): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return value;
  if (key === '') {
    const list = Array.isArray(current) ? current : [];
    const last = list.at(-1);
    // `rows[][a]=1&rows[][b]=2` is one row as long as no key comes twice.
    if (rest[0] && isRecord(last) && !(rest[0] in last)) {
      place(last, rest, value);
      return list;
    }
    list.push(place(undefined, rest, value));
    return list;
  }
  const record = isRecord(current) ? current : {};
  record[key] = place(record[key], rest, value);
  return record;
}

/** Strings out of a query are coerced; JSON brings its own types, and GitLab coerces those as well. */
export const p = {
  string: () => z.preprocess((value) => (typeof value === 'number' ? String(value) : value), z.string()),
  /** A string with something other than white space in it. */
  filled: () => z.string().refine((value) => value.trim() !== '', 'is empty'),
  integer: () => z.preprocess(toNumber, z.int()),
  number: () => z.preprocess(toNumber, z.number()),
  boolean: () => z.preprocess((value) => BOOLEANS[String(value).toLowerCase()] ?? value, z.boolean()),
  /** YYYY-MM-DD; an empty string clears. */
  date: () => z.string().refine((value) => value === '' || !Number.isNaN(Date.parse(value)), 'is invalid'),
  time: () => z.preprocess(toDate, z.date()),
  oneOf: <const T extends readonly [string, ...string[]]>(...values: T) => z.enum(values),
  /** `a,b` or `key[]=a&key[]=b`. */
  csv: () => z.preprocess(toList, z.array(z.string())),
  integers: () => z.preprocess(toList, z.array(z.preprocess(toNumber, z.int()))),
  /** `rows[0][k]=v` makes a record with numbers for keys, which is a list. */
  list: <T extends z.ZodType>(item: T) =>
    z.preprocess((value) => (isRecord(value) ? Object.values(value) : value), z.array(item)),
};

const BOOLEANS: Record<string, boolean> = {
  true: true,
  t: true,
  '1': true,
  on: true,
  false: false,
  f: false,
  '0': false,
  off: false,
};

function toNumber(value: unknown): unknown {
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
}

function toDate(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? value : date;
}

function toList(value: unknown): unknown {
  if (typeof value === 'number') return [String(value)];
  if (typeof value === 'string')
    return value
      .split(',')
      .map((one) => one.trim())
      .filter(Boolean);
  return Array.isArray(value) ? value : isRecord(value) ? Object.values(value) : value;
}

/** Parameters of which some, all or none of a set must be there. */
export interface Constraints {
  atLeastOneOf?: readonly string[];
  exactlyOneOf?: readonly string[];
  mutuallyExclusive?: readonly (readonly string[])[];
}

/** Parses; throws a 400 with all of Grape's complaints: `title is missing, state does not have a valid value`. */
export function parseParams<S extends z.ZodObject>(schema: S, constraints: Constraints, given: Params): z.output<S> {
  const present = Object.fromEntries(
    // A null is as good as nothing where the schema has no use for it.
    Object.entries(given).filter(([key, value]) => value !== null || schema.shape[key]?.safeParse(null).success),
  );
  const result = schema.safeParse(present);
  const complaints = result.success ? [] : result.error.issues.map((issue) => complaint(issue, present));
  complaints.push(...broken(constraints, present));
  if (complaints.length > 0) throw parameterError([...new Set(complaints)].join(', '));
  return result.data as z.output<S>;
}

function complaint(issue: z.core.$ZodIssue, given: Params): string {
  const [head, ...rest] = issue.path.map(String);
  const name = `${head ?? ''}${rest.map((key) => `[${key}]`).join('')}`;
  if (issue.code === 'custom') return `${name} ${issue.message}`;
  const value = issue.path.reduce<unknown>((at, key) => (at as Params | undefined)?.[String(key)], given);
  if (value === undefined) return `${name} is missing`;
  if (issue.code === 'invalid_value' || issue.code === 'too_big' || issue.code === 'too_small') {
    return `${name} does not have a valid value`;
  }
  return `${name} is invalid`;
}

function broken({ atLeastOneOf, exactlyOneOf, mutuallyExclusive = [] }: Constraints, given: Params): string[] {
  const among = (keys: readonly string[]) => keys.filter((key) => key in given);
  const complaints: string[] = [];
  if (atLeastOneOf && among(atLeastOneOf).length === 0) {
    complaints.push(`${atLeastOneOf.join(', ')} are missing, at least one parameter must be provided`);
  }
  if (exactlyOneOf && among(exactlyOneOf).length === 0) {
    complaints.push(`${exactlyOneOf.join(', ')} are missing, exactly one parameter must be provided`);
  }
  for (const keys of exactlyOneOf ? [exactlyOneOf, ...mutuallyExclusive] : mutuallyExclusive) {
    const both = among(keys);
    if (both.length > 1) complaints.push(`${both.join(', ')} are mutually exclusive`);
  }
  return complaints;
}

const isRecord = (value: unknown): value is Params =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
