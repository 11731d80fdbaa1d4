// The program inside the tools container: `node workspace.mjs --workspace DIR --lower DIR [--upper DIR]`.
import { parseArgs } from 'node:util';
import { serve } from './serve.js';
import { Workspace } from './workspace.js';

const { workspace, lower, upper } = parseArgs({
  options: { workspace: { type: 'string' }, lower: { type: 'string' }, upper: { type: 'string' } },
}).values;

if (workspace === undefined || lower === undefined) {
  process.stderr.write('usage: workspace.mjs --workspace DIR --lower DIR [--upper DIR]\n');
  process.exit(2);
}
await serve(new Workspace({ workspace, lower, upper }), process.stdin, process.stdout);
