// `${...}` in an entry of mcp.json: what it asks for, and how it is filled in.
import type { Entry } from './entry.js';

/** Stays as it is until the server starts: only there it is known where the copy of the workspace lies. */
const workspaceVariable = 'workspaceFolder';

interface Reference {
  /** Of the environment. */
  variable?: string;
  fallback?: string;
  /** Why it cannot be filled in. */
  problem?: string;
}

const reference = /\$\{([^{}]*)\}/g;

function read(inside: string): Reference {
  const [, variable, fallback] = /^(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s.exec(inside) ?? [];
  if (inside === workspaceVariable) return {};
  if (variable !== undefined) return { variable, ...(fallback !== undefined && { fallback }) };
  if (inside.startsWith('input:')) {
    return {
      problem: `it asks for \${${inside}}: put the value into a variable of your environment, and write \${env:NAME}`,
    };
  }
  return { problem: `\${${inside}} means nothing to Cofferdam: write \${env:NAME} or \${workspaceFolder}` };
}

/** The variables of the environment that the entry names, each once, and what cannot be filled in at all. */
export function referencesOf(entry: Entry): { variables: string[]; problems: string[] } {
  const found: Reference[] = [];
  mapStrings(entry, (text) => {
    for (const [, inside = ''] of text.matchAll(reference)) found.push(read(inside));
    return text;
  });
  if (entry.type === 'http' && JSON.stringify(entry).includes(`\${${workspaceVariable}}`)) {
    found.push({ problem: `\${${workspaceVariable}} is for servers that Cofferdam starts` });
  }
  return {
    variables: [...new Set(found.flatMap(({ variable }) => (variable === undefined ? [] : [variable])))],
    problems: [...new Set(found.flatMap(({ problem }) => (problem === undefined ? [] : [problem])))],
  };
}

/** The variables of the environment in one text. */
export function variablesIn(text: string): string[] {
  return [...text.matchAll(reference)].flatMap(([, inside = '']) => read(inside).variable ?? []);
}

/** The entry with the values of `env`; a variable without a value or a fallback is in `missing`. */
export function fillIn(entry: Entry, env: NodeJS.ProcessEnv): { entry: Entry; missing: string[] } {
  const missing: string[] = [];
  const filled = mapStrings(entry, (text) =>
    text.replace(reference, (whole, inside: string) => {
      const { variable, fallback } = read(inside);
      if (variable === undefined) return whole;
      const value = env[variable] ?? fallback;
      if (value === undefined) missing.push(variable);
      return value ?? '';
    }),
  );
  return { entry: filled, missing };
}

/** Fills in the folder of the workspace, once it is known. */
export function fillInWorkspace(text: string, folder: string): string {
  return text.replaceAll(`\${${workspaceVariable}}`, folder);
}

/** Keys are left alone: only values may refer. */
function mapStrings<Value>(value: Value, map: (text: string) => string): Value {
  const mapped = (inner: unknown): unknown => {
    if (typeof inner === 'string') return map(inner);
    if (Array.isArray(inner)) return inner.map(mapped);
    if (typeof inner !== 'object' || inner === null) return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, one]) => [key, mapped(one)]));
  };
  return mapped(value) as Value;
}
