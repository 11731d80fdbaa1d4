// Programs that tests and benchmarks run in a process of their own, made from TypeScript sources of this repository.
import { join } from 'node:path';
import { build } from 'esbuild';

/** `root` is the repository's top folder; `entry` lies below it. Writes one file that needs nothing beside it. */
export async function bundleChild(root: string, entry: string, outfile: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: [join(root, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    external: ['*.node'],
    alias: {
      '@cofferdam/sandbox/changes': join(root, 'sandbox/src/changes/types.ts'),
      '@cofferdam/sandbox': join(root, 'sandbox/src/index.ts'),
      '@cofferdam/mcp-servers/audit': join(root, 'mcp-servers/src/audit/index.ts'),
      '@cofferdam/mcp-servers/gitlab': join(root, 'mcp-servers/src/gitlab/index.ts'),
      '@cofferdam/mcp-servers/sandbox': join(root, 'mcp-servers/src/sandbox/contract.ts'),
      '@cofferdam/mcp-servers/untrusted': join(root, 'mcp-servers/src/untrusted/index.ts'),
      '@cofferdam/mcp-servers': join(root, 'mcp-servers/src/index.ts'),
    },
    // CommonJS dependencies in an ES module bundle still call require for Node's own modules.
    banner: {
      js: "import { createRequire as childRequire } from 'node:module'; const require = childRequire(import.meta.url);",
    },
  });
}
