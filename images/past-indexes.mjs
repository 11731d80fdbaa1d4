// For bundles of chunks. A folder's index names what the folder offers, and esbuild takes whoever imports one name of it for
// an importer of all: a program would load whatever lies beside what it needs. So each name is imported from where it is.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** Biome keeps imports and exports in this form. */
const imports = /^import \{([^}]*)\} from '([^']+)';$/gm;
const exports = /^export \{([^}]*)\} from '([^']+)';$/gm;

/** `alias` maps package names to their index, relative to `root`. */
export function pastIndexes(root, alias) {
  const known = new Map();

  function resolved(from, path) {
    const file = path.startsWith('.') ? resolve(dirname(from), path) : alias[path] && join(root, alias[path]);
    return file?.replace(/\.js$/, '.ts');
  }

  /** Where each name of an index comes from, or undefined for a file that is none. */
  async function namesOf(file) {
    if (file === undefined || !file.endsWith('/index.ts') || !existsSync(file)) return undefined;
    if (!known.has(file)) known.set(file, readNames(file));
    return known.get(file);
  }

  async function readNames(file) {
    const names = new Map();
    for (const [, list, path] of (await readFile(file, 'utf8')).matchAll(exports)) {
      const from = resolved(file, path);
      const further = await namesOf(from);
      for (const { name, as } of specifiers(list)) {
        if (from !== undefined) names.set(as, further?.get(name) ?? { file: from, name });
      }
    }
    return names;
  }

  async function direct(file, source) {
    const parts = [];
    let end = 0;
    for (const match of source.matchAll(imports)) {
      const [whole, list, path] = match;
      const names = await namesOf(resolved(file, path));
      const wanted = specifiers(list);
      if (!names || !wanted.every(({ name }) => names.has(name))) continue;
      const lines = wanted.map(({ name, as }) => {
        const origin = names.get(name);
        return `import { ${origin.name} as ${as} } from ${JSON.stringify(origin.file)};`;
      });
      parts.push(source.slice(end, match.index), lines.join(' '));
      end = match.index + whole.length;
    }
    return parts.join('') + source.slice(end);
  }

  return {
    name: 'past-indexes',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/](agent|mcp-servers|sandbox)[\\/]src[\\/].*\.ts$/ }, async ({ path }) => ({
        loader: 'ts',
        contents: await direct(path, await readFile(path, 'utf8')),
      }));
    },
  };
}

/** Values alone: types are gone from what is built. */
function specifiers(list) {
  return list
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '' && !text.startsWith('type '))
    .map((text) => {
      const [name, as = name] = text.split(/\s+as\s+/);
      return { name, as };
    });
}
