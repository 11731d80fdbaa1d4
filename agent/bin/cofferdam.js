#!/usr/bin/env node
// The command, once it is built.
import { existsSync } from 'node:fs';

const built = new URL('../dist/bundle/cofferdam.js', import.meta.url);

if (existsSync(built)) {
  await import(built.href);
} else {
  process.stderr.write('cofferdam: it is not built yet. Run "npm run build" in the repository.\n');
  process.exitCode = 1;
}
