import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

export default defineConfig({
  root: source('.'),
  resolve: {
    alias: {
      '@cofferdam/sandbox': source('sandbox/src/index.ts'),
      '@cofferdam/mcp-servers/audit': source('mcp-servers/src/audit/index.ts'),
      '@cofferdam/mcp-servers/gitlab': source('mcp-servers/src/gitlab/index.ts'),
      '@cofferdam/mcp-servers': source('mcp-servers/src/index.ts'),
    },
  },
  test: {
    include: ['{sandbox,mcp-servers,agent}/src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
