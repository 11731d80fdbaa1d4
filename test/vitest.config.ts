import { delimiter, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rgPath } from '@vscode/ripgrep';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

export default defineConfig({
  root: source('.'),
  resolve: {
    alias: {
      '@cofferdam/sandbox/changes': source('sandbox/src/changes/types.ts'),
      '@cofferdam/sandbox': source('sandbox/src/index.ts'),
      '@cofferdam/mcp-servers/audit': source('mcp-servers/src/audit/index.ts'),
      '@cofferdam/mcp-servers/gitlab': source('mcp-servers/src/gitlab/index.ts'),
      '@cofferdam/mcp-servers/sandbox': source('mcp-servers/src/sandbox/contract.ts'),
      '@cofferdam/mcp-servers/untrusted': source('mcp-servers/src/untrusted/index.ts'),
      '@cofferdam/mcp-servers': source('mcp-servers/src/index.ts'),
    },
  },
  test: {
    include: ['{sandbox,mcp-servers,agent}/src/**/*.test.ts', 'test/**/*.test.ts'],
    // The files server searches with the machine's ripgrep; a new machine may have none.
    env: { PATH: [dirname(rgPath), process.env['PATH']].join(delimiter) },
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
