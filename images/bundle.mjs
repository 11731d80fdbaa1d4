// Bundles what runs without node_modules: the programs of the tools image, and the `cofferdam` command.
// Part of `npm run build`; reads the TypeScript sources, so it needs no compiled output.
import { rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { pastIndexes } from './past-indexes.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Loaded by dockerode for BuildKit and SSH, neither of which is used: 5 MB of gRPC and ssh2, and 100 ms of each start. */
const withoutUnusedTransports = {
  name: 'without-unused-transports',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/(session|ssh)$/ }, ({ importer, path }) =>
      /docker(ode|-modem)[\\/]lib[\\/]/.test(importer) ? { path, namespace: 'unused' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'unused' }, ({ path }) => ({
      contents: `module.exports = () => { throw new Error('dockerode ${path} is not part of this bundle'); };`,
    }));
  },
};

/** What import() gives of a CommonJS module has only `default` once it is bundled. These are loaded that way, by name. */
const namesOfCommonJs = {
  name: 'names-of-common-js',
  setup({ onResolve, onLoad, resolve }) {
    onResolve(
      { filter: /^(@aws-sdk\/credential-providers|https-proxy-agent)$/ },
      async ({ path, kind, resolveDir }) => {
        if (kind !== 'dynamic-import') return undefined;
        const resolved = await resolve(path, { kind: 'require-call', resolveDir });
        return { path: resolved.path, errors: resolved.errors, namespace: 'common-js' };
      },
    );
    onLoad({ filter: /.*/, namespace: 'common-js' }, ({ path }) => {
      const names = Object.keys(createRequire(path)(path)).filter((name) => name !== 'default');
      const contents = `import all from ${JSON.stringify(path)}; export const { ${names} } = all; export default all;`;
      return { contents, resolveDir: dirname(path) };
    });
  },
};

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
  alias: {
    '@cofferdam/sandbox/changes': './sandbox/src/changes/types.ts',
    '@cofferdam/sandbox': './sandbox/src/index.ts',
    '@cofferdam/mcp-servers/audit': './mcp-servers/src/audit/index.ts',
    '@cofferdam/mcp-servers/gitlab': './mcp-servers/src/gitlab/index.ts',
    '@cofferdam/mcp-servers/sandbox': './mcp-servers/src/sandbox/contract.ts',
    '@cofferdam/mcp-servers/untrusted': './mcp-servers/src/untrusted/index.ts',
    '@cofferdam/mcp-servers': './mcp-servers/src/index.ts',
  },
  plugins: [withoutUnusedTransports, namesOfCommonJs],
  // CommonJS dependencies in an ES module bundle still call require for Node's own modules.
  banner: {
    js: "import { createRequire as cofferdamRequire } from 'node:module'; const require = cofferdamRequire(import.meta.url);",
  },
};

const inside = {
  workspace: 'sandbox/src/inside/main.ts',
  files: 'mcp-servers/src/files/main.ts',
  git: 'mcp-servers/src/git/main.ts',
};
const command = { cofferdam: 'agent/src/main.ts' };

await build({ ...common, entryPoints: inside, outdir: 'images/tools/bundle', outExtension: { '.js': '.mjs' } });
// Chunks are named by their content: those of earlier builds would stay beside the new ones.
const bundle = `${root}agent/dist/bundle`;
const plugins = [...common.plugins, pastIndexes(root, common.alias)];
await build({ ...common, plugins, entryPoints: command, outdir: `${bundle}.new`, splitting: true });
await rm(bundle, { recursive: true, force: true });
await rename(`${bundle}.new`, bundle);
