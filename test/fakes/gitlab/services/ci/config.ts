// Loads a CI file: parses it, fills inputs in, fetches what it includes, and resolves `extends` and `!reference`.
import { parseDocument, stringify } from 'yaml';
import { maySee } from '../../world/access.js';
import { pathOf } from '../../world/places.js';
import type { Project, User } from '../../world/types.js';
import type { World } from '../../world/world.js';
import { ConfigError } from './config-error.js';
import { fillInputs } from './inputs.js';
import { asList, deepMerge, isValues, strings, type Values } from './values.js';

export const CONFIG_PATH = '.gitlab-ci.yml';

/** Where a file is read: a project at a commit, for a user, with the inputs that were given. */
export interface Place {
  world: World;
  project: Project;
  sha: string;
  user: User | undefined;
  inputs?: Values;
}

export interface Include {
  type: 'local' | 'file';
  location: string;
  blob: string;
  raw: string;
  extra: Values;
  context_project: string;
  context_sha: string;
}

export interface Loaded {
  /** Includes and `extends` resolved. */
  root: Values;
  includes: Include[];
}

/** Throws a ConfigError with GitLab's words for the first thing that is wrong. */
export function loadConfig(content: string, place: Place): Loaded {
  if (content.trim() === '') throw new ConfigError('Please provide content of .gitlab-ci.yml');
  const includes: Include[] = [];
  const root = withIncludes(parseConfig(content, place.inputs), place, includes);
  return { root: resolveExtends(resolveReferences(root, root) as Values), includes };
}

/** YAML as GitLab answers it in `merged_yaml`. */
export const mergedYaml = (root: Values): string =>
  `---\n${stringify(root, { indentSeq: false, lineWidth: 0, aliasDuplicateObjects: false })}`;

class Reference {
  constructor(readonly path: readonly string[]) {}
}

const referenceTag = {
  tag: '!reference',
  collection: 'seq' as const,
  identify: (value: unknown) => value instanceof Reference,
  resolve: (sequence: { toJSON(): unknown }) => new Reference(strings(sequence.toJSON()) ?? []),
};

function parseConfig(text: string, inputs: Values | undefined): Values {
  const document = parseDocument(fillInputs(text, inputs ?? {}), { merge: true, customTags: [referenceTag] });
  const [error] = document.errors;
  if (error) {
    const [{ line, col } = { line: 1, col: 1 }] = error.linePos ?? [];
    const message = error.message.split(' at line')[0]?.split('\n')[0] ?? '';
    throw new ConfigError(`(<unknown>): ${message} at line ${line} column ${col}`);
  }
  const root: unknown = document.toJS();
  if (!isValues(root)) throw new ConfigError('Invalid configuration format');
  return root;
}

function resolveReferences(value: unknown, root: Values, depth = 0): unknown {
  if (value instanceof Reference) {
    const name = JSON.stringify(value.path);
    if (depth > 10) throw new ConfigError(`!reference ${name} is nested too deeply`);
    const found = value.path.reduce<unknown>((at, key) => (isValues(at) ? at[key] : undefined), root);
    if (found === undefined) throw new ConfigError(`!reference ${name} could not be found`);
    return resolveReferences(found, root, depth + 1);
  }
  if (Array.isArray(value)) return value.map((one) => resolveReferences(one, root, depth));
  if (!isValues(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolveReferences(one, root, depth)]));
}

function withIncludes({ include, ...own }: Values, place: Place, includes: Include[]): Values {
  let merged: Values = {};
  for (const entry of asList(include)) {
    for (const found of fetchInclude(entry, place)) {
      if (includes.length >= 150) throw new ConfigError('Maximum of 150 nested includes are allowed!');
      includes.push(found.include);
      merged = deepMerge(merged, withIncludes(parseConfig(found.content, found.inputs), found.place, includes));
    }
  }
  return deepMerge(merged, own);
}

interface Found {
  include: Include;
  content: string;
  inputs: Values | undefined;
  place: Place;
}

/** Nothing leaves this machine, and there are no templates: what is included is in a project of this instance. */
function fetchInclude(entry: unknown, place: Place): Found[] {
  const given = typeof entry === 'string' ? { [/^https?:/.test(entry) ? 'remote' : 'local']: entry } : entry;
  if (!isValues(given)) throw new ConfigError('Include `nil` needs to match exactly one accessor!');
  const inputs = isValues(given['inputs']) ? given['inputs'] : undefined;
  const { local, remote, template, project: path, file, component, ref } = given;
  if (typeof local === 'string') {
    const found = readFile(place, local, 'local', inputs);
    if (!found) throw new ConfigError(`Local file \`${local}\` does not exist!`);
    return [found];
  }
  if (typeof path === 'string') {
    const { world, user } = place;
    const project = world.project(path);
    const sha = project?.repository?.resolve(typeof ref === 'string' ? ref : 'HEAD');
    if (!project || !maySee(world, user, project)) {
      throw new ConfigError(
        `Project \`${path}\` not found or access denied! Make sure any includes in the pipeline configuration are correctly defined.`,
      );
    }
    if (!sha) throw new ConfigError(`Project \`${path}\` reference \`${ref ?? 'HEAD'}\` does not exist!`);
    return (strings(file) ?? []).map((name) => {
      const found = readFile({ ...place, project, sha }, name, 'file', inputs);
      if (!found) throw new ConfigError(`Project \`${path}\` file \`${name}\` does not exist!`);
      return found;
    });
  }
  if (remote !== undefined)
    throw new ConfigError(`Remote file \`${remote}\` could not be fetched because of a socket error!`);
  if (template !== undefined) throw new ConfigError(`Template file \`${template}\` is not a valid location!`);
  if (component !== undefined) throw new ConfigError(`Component '${component}' - content not found`);
  throw new ConfigError(`Include \`${JSON.stringify(given)}\` needs to match exactly one accessor!`);
}

function readFile(
  place: Place,
  location: string,
  type: Include['type'],
  inputs: Values | undefined,
): Found | undefined {
  const { world, project, sha } = place;
  const path = location.replace(/^\//, '');
  const content = project.repository?.read(sha, path)?.toString('utf8');
  if (content === undefined) return undefined;
  const url = `${world.url}/${pathOf(project)}/-`;
  const include: Include = {
    type,
    location,
    blob: `${url}/blob/${sha}/${path}`,
    raw: `${url}/raw/${sha}/${path}`,
    extra: type === 'file' ? { project: pathOf(project), ref: 'HEAD' } : {},
    context_project: pathOf(project),
    context_sha: sha,
  };
  return { include, content, inputs, place };
}

function resolveExtends(root: Values): Values {
  const resolve = (name: string, seen: readonly string[]): unknown => {
    const job = root[name];
    if (!isValues(job) || job['extends'] === undefined) return job;
    if (seen.includes(name)) throw new ConfigError(`${seen[0]}: circular dependency detected in \`extends\``);
    const { extends: parents, ...own } = job;
    const names = strings(parents) ?? [];
    const unknown = names.filter((parent) => !isValues(root[parent]));
    if (unknown.length > 0) throw new ConfigError(`${name}: unknown keys in \`extends\` (${unknown.join(', ')})`);
    const above = names.reduce((merged, parent) => deepMerge(merged, resolve(parent, [...seen, name]) as Values), {});
    return deepMerge(above, { ...own, extends: parents });
  };
  return Object.fromEntries(Object.keys(root).map((name) => [name, resolve(name, [])]));
}
