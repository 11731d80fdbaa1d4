// The program inside the tools container: `node workspace.mjs --workspace DIR --lower DIR [--upper DIR | --restore]`.
import { parseArgs } from 'node:util';
import { serveRestore } from './restore.js';
import { serve } from './serve.js';
import { Tree } from './tree.js';
import { Workspace } from './workspace.js';

const { workspace, lower, upper, restore } = parseArgs({
  options: {
    workspace: { type: 'string' },
    lower: { type: 'string' },
    upper: { type: 'string' },
    restore: { type: 'boolean', default: false },
  },
}).values;

if (workspace === undefined || lower === undefined) {
  process.stderr.write('usage: workspace.mjs --workspace DIR --lower DIR [--upper DIR | --restore]\n');
  process.exit(2);
}
if (restore) {
  await serveRestore({ workspace: new Tree(workspace), lower: new Tree(lower) }, process.stdin, process.stdout);
  process.exit(0);
} else {
  await serve(new Workspace({ workspace, lower, upper }), process.stdin, process.stdout);
}
