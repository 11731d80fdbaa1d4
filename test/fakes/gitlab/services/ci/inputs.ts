// `spec: inputs:` in a header before the file proper, and `$[[ inputs.name ]]` in it.
import { parse } from 'yaml';
import { ConfigError } from './config-error.js';
import { isValues, type Values } from './values.js';

/** The file without its header, inputs filled in. Throws a ConfigError for one that is missing, unknown or of another type. */
export function fillInputs(text: string, given: Values): string {
  const [header = '', ...rest] = text.replace(/^---\n/, '').split(/^---[ \t]*$/m);
  if (rest.length === 0 || !/^spec:/m.test(header)) {
    refuseUnknown(Object.keys(given), []);
    return text;
  }
  const parsed: unknown = parse(header);
  const spec = isValues(parsed) && isValues(parsed['spec']) ? parsed['spec'] : {};
  const inputs = isValues(spec['inputs']) ? spec['inputs'] : {};
  refuseUnknown(Object.keys(given), Object.keys(inputs));
  const values = new Map(Object.entries(inputs).map(([name, rule]) => [name, inputValue(name, rule, given[name])]));
  return rest.join('---').replaceAll(/\$\[\[\s*inputs\.([\w-]+)\s*\]\]/g, (text, name: string) => {
    const value = values.get(name);
    if (value === undefined) throw new ConfigError(`unknown interpolation key: \`${name}\``);
    return typeof value === 'string' ? value : (JSON.stringify(value) ?? text);
  });
}

function refuseUnknown(given: readonly string[], known: readonly string[]): void {
  const unknown = given.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new ConfigError(`unknown input arguments: ${unknown.join(', ')}`);
}

function inputValue(name: string, rule: unknown, given: unknown): unknown {
  const { type = 'string', default: fallback, options } = isValues(rule) ? rule : {};
  const value = given ?? fallback;
  if (value === undefined) throw new ConfigError(`\`${name}\` input: required value has not been provided`);
  const actual = Array.isArray(value) ? 'array' : typeof value;
  if (actual !== type) throw new ConfigError(`\`${name}\` input: provided value is not a ${type}`);
  if (Array.isArray(options) && !options.includes(value)) {
    throw new ConfigError(
      `\`${name}\` input: \`${value}\` cannot be used because it is not in the list of allowed options`,
    );
  }
  return value;
}
