// What checking a CI configuration would have GitLab fetch: it reads includes with the token's rights, in other projects,
// and from any address on the web, which can carry away what is written into it.

import { quoted } from '../../untrusted/index.js';
import type { Call } from '../toolkit/call.js';

type Admission = Pick<Call, 'instance' | 'project' | 'wholeInstance' | 'reaches'>;

/**
 * Throws ToolError `outside` where the configuration `content` includes what the boundary does not admit, and `bad-yaml`
 * where that cannot be told.
 */
export async function checkIncludes(content: string, call: Admission): Promise<void> {
  for (const include of await includesOf(content)) {
    if (typeof include === 'object') for (const [name, value] of include) await checkPart(name, value, call);
    // A path in the project, unless it is an address, or a variable that may hold one.
    else if (/[:$]/.test(include)) call.wholeInstance(`including ${quoted(include, 100)}`);
  }
}

/** Paths in the project itself, GitLab's own templates, and what says when and how. */
const harmless = ['local', 'template', 'file', 'ref', 'rules', 'inputs', 'integrity', 'cache', '<<'];

async function checkPart(name: string, value: unknown, call: Admission): Promise<void> {
  if (harmless.includes(name)) return;
  const project = name === 'project' ? value : name === 'component' ? projectOf(value, call.instance) : undefined;
  if (typeof project === 'string' && !project.includes('$')) await call.project(project);
  else call.wholeInstance(`including ${quoted(`${name}: ${value}`, 100)}`);
}

/** `group/project` of `gitlab.example.com/group/project/component@1.0`; undefined on another host. */
function projectOf(component: unknown, instance: string): string | undefined {
  const [host = '', ...path] = String(component)
    .replace(/@[^@]*$/, '')
    .split('/');
  const here = [new URL(instance).host, '$CI_SERVER_FQDN', '$CI_SERVER_HOST'].includes(host);
  return here && path.length > 2 ? path.slice(0, -1).join('/') : undefined;
}

/** Every include, in whatever way it is written: as text, or as its names and values. */
async function includesOf(content: string): Promise<(string | [string, unknown][])[]> {
  // Loads a parser, which few calls need.
  const { readYaml } = await import('./yaml-reader.js');
  return readYaml(content).flatMap((reader) => {
    const roots = reader.pairs(reader.root).filter(([name]) => name === 'include');
    return roots
      .flatMap(([, value]) => reader.items(value))
      .map((item) => {
        const pairs = reader.pairs(item).map(([name, value]): [string, unknown] => [name, reader.text(value)]);
        return pairs.length > 0 ? pairs : reader.text(item);
      });
  });
}

interface Included {
  type?: string | null | undefined;
  location?: string | null | undefined;
  extra?: { project?: string | null | undefined } | null | undefined;
}

/** Whether all that GitLab says it included lies within the boundary; not where it does not say. */
export async function isInside(includes: readonly Included[] | null | undefined, call: Admission): Promise<boolean> {
  if (!includes) return false;
  const projects = includes.flatMap(({ type, location, extra }) => {
    if (type === 'file') return [extra?.project ?? ''];
    return type === 'component' ? [projectOf(location, call.instance) ?? ''] : [];
  });
  const inside = await Promise.all(projects.map((project) => call.reaches(project)));
  return !inside.includes(false);
}
